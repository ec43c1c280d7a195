/** Outputs as they are made: safe, in place, and without jumps. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Output } from "../../src/nbformat/notebook.ts";
import type { CellId } from "../../src/util/ids.ts";
import {
  codeCell,
  markdownCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

const HOSTILE = [
  "<script>window.hacked = 1</script>",
  "<img src=x onerror='window.hacked = 1'>",
  "<svg onload='window.hacked = 1'><script>window.hacked = 1</script></svg>",
  "<a href='javascript:window.hacked=1'>link</a>",
  "<iframe srcdoc='<script>parent.hacked = 1</script>'></iframe>",
  "<form action='https://example.org'><input name='password'><button>go</button></form>",
  "<style>body { display: none }</style>",
  "<div style='position:fixed;inset:0;background:url(https://example.org/x)'>over</div>",
  "<math><mtext><table><mglyph><style><img src=x onerror='window.hacked=1'></style></mglyph></table></mtext></math>",
  "<b id='root' name='title' class='cell'>clobber</b>",
  "<a href='data:text/html,<script>1</script>'>data</a>",
];

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "outs.ipynb": notebookOf([
      markdownCell(
        "text",
        [
          "# Heading $e=mc^2$",
          ...HOSTILE,
          "[bad](javascript:alert(1)) [good](https://example.org) $\\href{javascript:alert(1)}{x}$",
          "![pic](attachment:none.png) ![far](https://example.org/far.png) ![near](near.png) ![gone](img/gone.png)",
          "| a | b |\n|---|---|\n| 1 | 2 |",
        ].join("\n\n"),
      ),
      codeCell("html", "1"),
      codeCell("log", "2"),
      codeCell("chart", "3"),
      codeCell("others", "4"),
      codeCell(
        "kernel",
        "import time\nfor i in range(3):\n    print('tick', i, flush=True)\n    time.sleep(0.2)\n1 / 0",
      ),
    ]),
  });
  await writeFile(join(served.folder, "near.png"), PIXEL);
  opened = await openPage(browser, served, "outs.ipynb");
  page = opened.page;
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

function write(id: string, ...outputs: Output[]): void {
  served.host.notebooks()[0]?.live.write(
    outputs.map((output) => ({ type: "append-output", id: id as CellId, output })),
    { type: "run", label: "test" },
  );
}
const display = (data: Record<string, string>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});

test("nothing of a notebook's markup runs, asks for input or restyles the page", async () => {
  write("html", ...HOSTILE.map((html) => display({ "text/html": html, "text/plain": "plain" })));
  await page.waitForSelector('[data-cell="html"] >> text=clobber');
  await page.waitForSelector('[data-cell="text"] .katex');
  const found = await page.evaluate(() => {
    const inside = (selector: string) => document.querySelectorAll(`[data-notebook] ${selector}`).length;
    const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-notebook] a[href]")];
    return {
      hacked: (window as { hacked?: number }).hacked ?? 0,
      active: inside("script, iframe, form, input, style, object, embed"),
      badLinks: links.filter((link) => /^(?:javascript|data):/i.test(link.getAttribute("href") ?? "")).length,
      rel: links.filter((link) => link.href.startsWith("https:")).map((link) => link.rel),
      fixed: [...document.querySelectorAll<HTMLElement>("[data-notebook] [style]")].filter(
        (element) => element.style.position === "fixed" || element.style.background.includes("url"),
      ).length,
      clobbered: document.getElementById("root")?.tagName,
      images: inside("img"),
      handlers: [...document.querySelectorAll("[data-notebook] *")].filter((element) =>
        [...element.attributes].some((attribute) => attribute.name.startsWith("on")),
      ).length,
    };
  });
  // The one of the folder; for those that are not there or elsewhere their place says so.
  const near = page.locator('[data-cell="text"] img');
  expect(await near.getAttribute("alt")).toBe("near");
  await expect.poll(() => near.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await page.getByText("image: gone (no img/gone.png here)").waitFor();
  expect(found).toEqual({
    hacked: 0,
    active: 0,
    badLinks: 0,
    rel: ["noopener noreferrer nofollow", "noopener noreferrer nofollow"],
    fixed: 0,
    clobbered: "DIV",
    images: 1,
    handlers: 0,
  });
});

test("a log grows in place, folds its middle, and shows it at one click", async () => {
  write("log", { output_type: "stream", name: "stdout", text: "line 1\n" });
  await page.waitForSelector('[data-cell="log"] >> text=/^line 1$/');
  await page.evaluate(
    "window.firstLine = document.evaluate(\"//div[text()='line 1']\", document).iterateNext()",
  );
  const more = Array.from({ length: 199 }, (_, index) => `line ${index + 2}`).join("\n");
  served.host
    .notebooks()[0]
    ?.live.write(
      [{ type: "append-stream", id: "log" as CellId, index: 0, text: `${more}\n\u001b[31mred\u001b[0m` }],
      {
        type: "run",
        label: "test",
      },
    );
  await page.waitForSelector('[data-cell="log"] >> text=171 more lines');
  expect(await page.evaluate("window.firstLine.isConnected")).toBe(true);
  expect(await page.locator('[data-cell="log"] >> text=/^line 100$/').count()).toBe(0);
  expect(
    await page.locator('[data-cell="log"] >> text=/^red$/').evaluate((span) => getComputedStyle(span).color),
  ).toBe("rgb(179, 38, 30)");
  await page.click("text=171 more lines");
  await page.waitForSelector('[data-cell="log"] >> text=/^line 100$/');
});

test("a chart that is redrawn in place keeps its image, and nothing below it moves", async () => {
  const chart = (colour: string): Output =>
    display({
      "image/svg+xml": `<svg width="80" height="60"><title>${colour} chart</title><rect width="80" height="60" fill="${colour}"/></svg>`,
    });
  write("chart", chart("red"));
  await page.waitForSelector('img[alt="red chart"]');
  await page.evaluate(() => {
    const image = document.querySelector<HTMLImageElement>('[data-cell="chart"] img');
    const below = document.querySelector('[data-cell="others"]');
    const watched = { image, tops: new Set<number>(), empty: 0 };
    Object.assign(window, { watched });
    const look = (): void => {
      watched.tops.add(Math.round((below?.getBoundingClientRect().top ?? 0) + window.scrollY));
      if (!image?.isConnected || !image.complete || image.naturalWidth === 0) watched.empty += 1;
      requestAnimationFrame(look);
    };
    look();
  });
  for (const colour of ["green", "blue", "orange"]) {
    served.host
      .notebooks()[0]
      ?.live.write([{ type: "replace-output", id: "chart" as CellId, index: 0, output: chart(colour) }], {
        type: "run",
        label: "test",
      });
    await page.waitForFunction(
      (wanted) => document.querySelector<HTMLImageElement>('[data-cell="chart"] img')?.src.includes(wanted),
      colour,
    );
  }
  await page.waitForSelector('img[alt="orange chart"]');
  const { tops, empty, same } = await page.evaluate(() => {
    const { watched } = window as unknown as {
      watched: { image: Element; tops: Set<number>; empty: number };
    };
    const same = document.querySelector('[data-cell="chart"] img') === watched.image;
    return { tops: watched.tops.size, empty: watched.empty, same };
  });
  expect({ tops, empty, same }).toEqual({ tops: 1, empty: 0, same: true });
});

test("what cannot be shown is said in a line, with its text", async () => {
  write(
    "others",
    display({ "application/pdf": "", "text/plain": "Figure()" }),
    display({ "application/json": '{"a": 1}' }),
    display({ "text/latex": "$\\frac{a}{b}$" }),
    display({ "text/html": "<script>draw()</script>", "text/plain": "text form" }),
    { output_type: "error", ename: "ValueError", evalue: "no", traceback: ["line 1", "ValueError: no"] },
  );
  const cell = page.locator('[data-cell="others"]');
  await cell.locator("text=This PDF cannot be shown").waitFor();
  await cell.locator("text=Figure()").waitFor();
  await cell.locator("text=text form").waitFor();
  await cell.locator(".katex").waitFor();
  expect(await cell.locator("text=ValueError: no").count()).toBe(1);
});

test("a real kernel's outputs come one by one, and its error with the traceback", async () => {
  await page.locator('[data-cell="kernel"]').focus();
  await page.keyboard.press("Control+Enter");
  const cell = page.locator('[data-cell="kernel"]');
  await cell.locator("text=/^tick 0$/").waitFor({ timeout: 30_000 });
  await cell.locator("text=/^tick 2$/").waitFor();
  await cell.locator("text=ZeroDivisionError: division by zero").waitFor();
  await cell.locator("text=✗").waitFor();
  // The sanitiser reads hostile markup in a document that runs nothing; the browser reports the handlers it blocks there. And
  // one image is missing.
  const expected = /^Executing inline event handler|404 \(Not Found\)/;
  expect(opened.errors.filter((error) => !expected.test(error))).toEqual([]);
});
