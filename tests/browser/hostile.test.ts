/**
 * Hostile notebooks in the real browser, judged by what ran, what was asked of the network, and what lies over the
 * page's own controls; never by reading the page's markup.
 */
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Notebook } from "../../src/nbformat/notebook.ts";
import { type HostileCase, trapAt } from "../corpus/hostile/case.ts";
import { escapeCases } from "../corpus/hostile/escapes.ts";
import { formCases, markdownCases } from "../corpus/hostile/forms.ts";
import { markupCases } from "../corpus/hostile/markup.ts";
import { notebookOf, openBrowser, openPage, type ServedFolder, serveNotebooks } from "./browser-support.ts";

/** Of at most so many cells a notebook is drawn whole. */
const WHOLE = 50;
const NAMES = [
  "\u202Egpj.ipynb",
  "<img src=x onerror=console.log('EXECUTED name')>.ipynb",
  "\u200B\u200B.ipynb",
  "a\u0007\u001b[31m\nb.ipynb",
  "javascript:console.log('EXECUTED name').ipynb",
  `${"x".repeat(200)}.ipynb`,
];

let browser: Browser;
let served: ServedFolder;
let canary: Server;
const called: string[] = [];
const families: Record<string, readonly HostileCase[]> = {};

beforeAll(async () => {
  canary = createServer((request, response) => {
    called.push(`${request.method} ${request.url}`);
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.end("console.log('EXECUTED from elsewhere')");
  });
  canary.on("upgrade", (request, socket) => {
    called.push(`upgrade ${request.url}`);
    socket.destroy();
  });
  canary.listen(0, "127.0.0.1");
  await once(canary, "listening");
  const trap = trapAt(`http://127.0.0.1:${(canary.address() as AddressInfo).port}`);
  const cases = [...markupCases(trap), ...formCases(trap), ...markdownCases(trap)];
  for (let at = 0; at < cases.length; at += WHOLE)
    families[`hostile-${at}.ipynb`] = cases.slice(at, at + WHOLE);
  families["escapes.ipynb"] = escapeCases(trap);
  browser = await openBrowser();
  const notebooks = Object.fromEntries(
    Object.entries(families).map(([name, all]) => [name, notebookWith(all)]),
  );
  const named = Object.fromEntries(NAMES.map((name) => [name, notebookWith([])]));
  served = await serveNotebooks({ ...notebooks, ...named });
  await mkdir(join(served.folder, "<b onclick=1>folder\u202E"));
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  canary?.closeAllConnections();
  canary?.close();
});

function notebookWith(cases: readonly HostileCase[]): Notebook {
  return notebookOf(cases.map(({ name, cell }) => ({ ...cell, id: name })) as Notebook["cells"]);
}

/** What a page did that nobody at it asked for. */
interface Watched {
  readonly page: Page;
  readonly ran: string[];
  /** Addresses that the browser asked for and that no policy stopped. */
  readonly asked: Set<string>;
  readonly opened: string[];
  close(): Promise<void>;
}

async function watch(notebook: string | null): Promise<Watched> {
  called.length = 0;
  const { page, context } = await openPage(browser, served, null);
  const ran: string[] = [];
  const asked = new Set<string>();
  const opened: string[] = [];
  const own = new URL(served.server.url).origin;
  page.on("console", (message) => {
    if (message.text().includes("EXECUTED")) ran.push(message.text());
  });
  page.on("dialog", (dialog) => {
    opened.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("download", (download) => opened.push(`download ${download.suggestedFilename()}`));
  context.on("page", (other) => opened.push(`page ${other.url()}`));
  context.on("request", (request) => {
    const url = request.url();
    const isOurs = url.startsWith(own) && !url.includes("hostile-or") && !url.endsWith("?hostile");
    if (!isOurs && !/^(?:data|blob|about):/.test(url)) asked.add(url);
  });
  context.on("requestfailed", (request) => {
    if (/BLOCKED_BY_CSP|csp/i.test(request.failure()?.errorText ?? "")) asked.delete(request.url());
  });
  if (notebook !== null) {
    await page.goto(served.server.addressOf(notebook));
    await page.waitForSelector("[data-cell]");
  }
  return { page, ran, asked, opened, close: () => context.close() };
}

/**
 * Shows each cell as a reader who scrolls would, presses what a link of it would do, and looks each time whether the
 * page's own controls can be pressed: what lies at their middle is they themselves. One journey, so that it is quick.
 */
function readThrough(page: Page, cases: readonly HostileCase[]): Promise<readonly string[]> {
  return page.evaluate(
    async (names) => {
      const covered: string[] = [];
      for (const name of names) {
        const cell = document.querySelector<HTMLElement>(`[data-cell="${name}"]`);
        cell?.scrollIntoView({ block: "center" });
        await new Promise((resolve) => requestAnimationFrame(resolve));
        for (const control of document.querySelectorAll<HTMLElement>("header button, header a")) {
          const { left, top, width, height } = control.getBoundingClientRect();
          if (width === 0 || top < 0 || top > window.innerHeight) continue;
          const over = document.elementFromPoint(left + width / 2, top + height / 2);
          if (!over || !(control.contains(over) || over.contains(control)))
            covered.push(`${name}: ${control.textContent} under ${over?.outerHTML.slice(0, 80)}`);
        }
        for (const link of cell?.querySelectorAll(
          "[data-found-in] a:not([href^=http]), [data-found-in] svg *",
        ) ?? [])
          link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
        if (!document.querySelector("[data-cell]")) covered.push(`${name}: the page is gone`);
      }
      return covered;
    },
    cases.map(({ name }) => name),
  );
}

const settled = (page: Page): Promise<unknown> =>
  page.waitForFunction(
    () =>
      [...document.querySelectorAll("iframe")].every((frame) => frame.getAttribute("aria-busy") !== "true"),
    undefined,
    { timeout: 120_000 },
  );

test("the corpus has its cases, each by a name of its own", () => {
  const names = Object.values(families).flatMap((cases) => cases.map(({ name }) => name));
  const untrusted = names.length - (families["escapes.ipynb"]?.length ?? 0);
  expect(untrusted).toBeGreaterThanOrEqual(100);
});

test.each([0, 50, 100])(
  "of what came with a file nothing runs, asks anybody, or covers the page (from case %i)",
  async (at) => {
    const name = `hostile-${at}.ipynb`;
    const { page, ran, asked, opened, close } = await watch(name);
    const title = await page.title();
    const covered = await readThrough(page, families[name] ?? []);
    await settled(page);
    const rootOverflow = await page.evaluate(
      () => document.documentElement.scrollWidth > window.innerWidth + 1,
    );
    expect({ ran, asked: [...asked], called, opened, covered, rootOverflow }).toEqual({
      ...{ ran: [], asked: [], called: [], opened: [], covered: [], rootOverflow: false },
    });
    expect([await page.title(), new URL(page.url()).pathname.includes(name.slice(0, 7))]).toEqual([
      title,
      true,
    ]);
    await close();
  },
  240_000,
);

test("trusted scripts run, in their frame, and get nowhere else", async () => {
  const cases = families["escapes.ipynb"] ?? [];
  const { page, ran, asked, opened, close } = await watch("escapes.ipynb");
  await page.getByRole("button", { name: "Show them" }).click();
  const title = await page.title();
  const covered: string[] = [];
  // Of one that leaves its document at once the browser may tell nothing. Frames are made as they come near.
  const silent = (): number => cases.filter(({ name }) => !ran.includes(`EXECUTED ${name}`)).length;
  await expect
    .poll(
      async () => {
        covered.push(...(await readThrough(page, cases)));
        return silent();
      },
      { timeout: 150_000, interval: 1_000 },
    )
    .toBeLessThanOrEqual(4);
  const heights = await page.evaluate(() =>
    [...document.querySelectorAll("iframe")]
      .map((frame) => frame.offsetHeight)
      .filter((height) => height > 4_000),
  );
  const escaped = ran.filter((line) => /EXECUTED (?:got [^0]|clip |in-sibling|from elsewhere)/.test(line));
  expect({ asked: [...asked], called, opened, covered, heights, escaped }).toEqual({
    ...{ asked: [], called: [], opened: [], covered: [], heights: [], escaped: [] },
  });
  expect([await page.title(), page.url().includes("escapes")]).toEqual([title, true]);
  // The page still hears its reader.
  await page.getByRole("button", { name: "Run all" }).first().focus();
  await close();
}, 240_000);

test("names of files are text, and the list shows each once", async () => {
  const { page, ran, asked, opened, close } = await watch(null);
  await page.waitForSelector("text=escapes");
  expect(await readThrough(page, [])).toEqual([]);
  expect({ ran, asked: [...asked], called, opened }).toEqual({ ran: [], asked: [], called: [], opened: [] });
  await close();
});
