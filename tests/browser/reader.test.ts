/** Reading and printing: no tools, outputs whole, a link that leads there; on paper everything, also what is far. */
import { deflateSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cell } from "../../src/nbformat/notebook.ts";
import type { CellId } from "../../src/util/ids.ts";
import {
  codeCell,
  markdownCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder;

/** A PNG of noise: big enough that it is kept beside the notebook. */
function noise(seed: number): string {
  const side = 90;
  const rows = Buffer.alloc(side * (side * 3 + 1));
  let value = seed + 1;
  for (let at = 0; at < rows.length; at += 1) {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648;
    rows[at] = at % (side * 3 + 1) === 0 ? 0 : value >> 16;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    framed.set(body, 4);
    framed.writeUInt32BE(crc(body), body.length + 4);
    return framed;
  };
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]).toString("base64");
}

function crc(bytes: Buffer): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}

const COUNT = 120;
function aCell(index: number): Cell {
  if (index % 10 === 0) {
    const metadata: Cell["metadata"] = index === 60 ? { "jp-MarkdownHeadingCollapsed": true } : {};
    return { ...markdownCell(`c${index}`, `# Part ${index}\n\nWords, and $x^2$.`), metadata };
  }
  if (index % 10 === 1) {
    const data = { "image/png": noise(index), "text/plain": "<Figure>" };
    const outputs = [{ output_type: "display_data", data, metadata: {} }];
    return { ...codeCell(`c${index}`, `plot(${index})`), outputs } as Cell;
  }
  if (index % 10 === 2) {
    const outputs = [
      {
        output_type: "stream",
        name: "stdout",
        text: Array.from({ length: 70 }, (_, line) => `line ${line}\n`).join(""),
      },
    ];
    return { ...codeCell(`c${index}`, `lines(${index})`), outputs } as Cell;
  }
  return codeCell(`c${index}`, `quiet = ${index}`);
}

beforeAll(async () => {
  browser = await openBrowser();
  const cells = Array.from({ length: COUNT }, (_, index) => aCell(index));
  served = await serveNotebooks({ "read.ipynb": notebookOf(cells) });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const sees = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll((all) => all.filter((element) => element.checkVisibility()).length);

test("Shift-W leads to a view without tools and back; nothing can be changed by accident in it", async () => {
  const { page, context, errors } = await openPage(browser, served, "read.ipynb");
  await page.locator('[data-cell="c1"]').focus();
  await page.keyboard.press("Shift+W");
  await page.getByRole("button", { name: /^Work in it/ }).waitFor();
  expect(new URL(page.url()).search).toBe("?view=reader");
  expect(await sees(page, '[role="toolbar"], aside, [data-insert] button')).toBe(0);
  for (const key of ["d", "d", "b", "Enter"]) await page.keyboard.press(key);
  await page.getByText("This view is for reading.").waitFor();
  await page.click('[data-cell="c1"] pre');
  await page.dblclick('[data-cell="c0"] p');
  expect(await page.locator(".cm-content").count()).toBe(0);
  expect(served.host.notebooks()[0]?.live.cellIds()).toHaveLength(COUNT);
  // Outputs are whole without a press.
  await page.locator('[data-cell="c2"]').getByText("line 35", { exact: true }).waitFor();

  await page.getByRole("radio", { name: "Folded" }).check();
  await page.locator('[data-cell="c1"]').getByRole("button", { name: "1 line of code" }).click();
  await page.locator('[data-cell="c1"]').getByText("plot(1)").waitFor();
  await page.getByRole("radio", { name: "Hidden" }).check();
  expect(new URL(page.url()).search).toBe("?view=reader&code=hidden");
  expect(await sees(page, "[data-cell-type=code] [data-found-in=source]")).toBe(0);
  await page.locator('[data-cell="c1"]').focus();
  await page.keyboard.press("Shift+W");
  await page.getByRole("button", { name: "Run all" }).waitFor();
  expect(new URL(page.url()).search).toBe("");
  expect(errors).toEqual([]);
  await context.close();
});

test("the link leads somebody else to the same view, at a calm width on both pages", async () => {
  const { page, context, errors } = await openPage(browser, served, "read.ipynb");
  await page.goto(`${served.server.url}/open/read.ipynb?view=reader&code=hidden#cell=c41`);
  await page.waitForSelector('[data-cell="c41"][data-landed] img');
  expect(await page.getByRole("radio", { name: "Hidden" }).isChecked()).toBe(true);
  const width = () => page.locator("[data-notebook]").evaluate((element) => element.clientWidth);
  expect(await width()).toBeLessThanOrEqual(820);
  await page.setViewportSize({ width: 400, height: 800 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
  // What is quiet without its code takes no room: from one picture the next text follows at once.
  const gap = await page.evaluate(() => {
    const box = (id: string) => document.querySelector(`[data-drawn="${id}"]`)?.getBoundingClientRect();
    return (box("c50")?.top ?? 0) - (box("c42")?.bottom ?? 0);
  });
  expect(Math.abs(gap)).toBeLessThan(2);
  expect(errors).toEqual([]);
  await context.close();
});

interface Printed {
  readonly cells: number;
  readonly images: number;
  readonly loaded: number;
  readonly lines: number;
  readonly formulas: number;
}

test("on paper is everything: cells, images that were far from the window, lines, formulas, folded sections", async () => {
  const { page, context, errors } = await openPage(browser, served, "read.ipynb", { colorScheme: "dark" });
  const live = served.host.notebooks()[0]?.live;
  // Those that a run gives are kept beside the notebook and read when they are looked at.
  const far = Array.from({ length: 10 }, (_, at) => `c${at * 10 + 3}` as CellId);
  for (const id of far) {
    const data = { "image/png": noise(7), "text/plain": "<Figure>" };
    live?.write(
      [{ type: "append-output", id, output: { output_type: "display_data", data, metadata: {} } }],
      {
        type: "run",
        label: "test",
      },
    );
  }
  await page.evaluate(() => {
    window.print = () => {
      const images = [...document.querySelectorAll<HTMLImageElement>("[data-cell] img")];
      Object.assign(window, {
        printed: {
          cells: document.querySelectorAll("[data-cell]").length,
          images: images.length,
          loaded: images.filter((image) => image.complete && image.naturalWidth > 0).length,
          lines: [...document.querySelectorAll("[data-cell] *")].filter(
            (line) => line.textContent === "line 35",
          ).length,
          formulas: document.querySelectorAll(".katex").length,
        },
      });
    };
  });
  await page.locator('[data-cell="c0"]').focus();
  await page.keyboard.press("Control+p");
  const printed = () => page.evaluate(() => (window as unknown as { printed?: Printed }).printed ?? null);
  await expect
    .poll(printed, { timeout: 60_000 })
    .toMatchObject({ cells: COUNT, images: 22, loaded: 22, formulas: 12 });
  expect((await printed())?.lines).toBeGreaterThanOrEqual(12);
  // Afterwards the page is as it was.
  await expect.poll(() => page.locator("[data-cell]").count()).toBeLessThan(60);
  expect(errors).toEqual([]);
  await context.close();
});

test("the paper has no tools, is white also in the dark, and cuts no line", async () => {
  const { page, context } = await openPage(browser, served, "read.ipynb", { colorScheme: "dark" });
  await page.locator('[data-cell="c1"]').focus();
  await page.emulateMedia({ media: "print" });
  expect(await sees(page, 'header, aside, [role="toolbar"], [data-insert] button, search, nav')).toBe(0);
  expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  await page.setViewportSize({ width: 700, height: 900 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(700);
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  await context.close();
});
