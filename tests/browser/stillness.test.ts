/** Nothing that is read jumps while outputs arrive above it: text, tables, images that come late. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
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

const COUNT = 160;
const READ = 80;
let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  const cells = Array.from({ length: COUNT }, (_, index) =>
    index % 8 === 0
      ? markdownCell(`c${index}`, `## Part ${index}\n\nWords to read.`)
      : codeCell(`c${index}`, `x = ${index}\nx + 1`),
  );
  served = await serveNotebooks({ "still.ipynb": notebookOf(cells) });
  opened = await openPage(browser, served, "still.ipynb");
  page = opened.page;
});
afterEach(async () => {
  expect(opened.errors).toEqual([]);
  await opened.context.close();
  await served.close();
});

const svg = (height: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="${height}"><rect width="200" height="${height}" fill="teal"/></svg>`;
const table = (rows: number): string =>
  `<table>${Array.from({ length: rows }, (_, row) => `<tr><td>${row}</td><td>value</td></tr>`).join("")}</table>`;
const shown = (data: Record<string, string>): Output => ({ output_type: "display_data", data, metadata: {} });

/** As pipelines write: lines, tables and pictures, into cells just above the window and far above it. */
async function writeAbove(): Promise<void> {
  const live = served.host.notebooks()[0]?.live;
  const origin = { type: "run", label: "test" } as const;
  for (let turn = 0; turn < 12; turn += 1) {
    for (const index of [3, 41, READ - 1, READ - 2, READ - 3]) {
      const outputs: readonly Output[] = [
        { output_type: "stream", name: "stdout", text: `line ${turn}\n`.repeat(3) },
        shown({ "text/html": table(1 + turn), "text/plain": "table" }),
        shown({ "image/svg+xml": svg(40 + turn), "text/plain": "<Figure>" }),
      ];
      const output = outputs[turn % outputs.length];
      if (output) live?.write([{ type: "append-output", id: `c${index}` as CellId, output }], origin);
    }
    // A frame or two of the page between two turns, as outputs come one after the other.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }
  // Below the window, where it moves nothing that is seen: so what was written before it is there, too.
  live?.write(
    [
      {
        type: "append-output",
        id: `c${READ + 10}` as CellId,
        output: { output_type: "stream", name: "stdout", text: "the end" },
      },
    ],
    origin,
  );
  await page
    .locator(`[data-cell="c${READ + 10}"]`)
    .getByText("the end")
    .waitFor({ state: "attached" });
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

interface Watched {
  readonly most: number;
  readonly frames: number;
}

/**
 * From now on: by how much `selector` moves in any frame. A frame is looked at where it is painted, after everything
 * that the page does to its layout: in an observer that is told last, of an element with another size in each frame.
 */
async function watch(selector: string): Promise<() => Promise<Watched>> {
  await page.evaluate((wanted) => {
    const top = (): number => document.querySelector(wanted)?.getBoundingClientRect().top ?? Number.NaN;
    const seen = { most: 0, frames: 0 };
    Object.assign(window, { seen });
    const before = top();
    const beat = document.createElement("div");
    beat.style.cssText = "position: fixed; left: 0; top: 0; height: 1px; width: 1px; visibility: hidden";
    document.body.append(beat);
    new ResizeObserver(() => {
      const moved = Math.abs(top() - before);
      seen.most = Number.isNaN(moved) ? Number.POSITIVE_INFINITY : Math.max(seen.most, moved);
      seen.frames += 1;
    }).observe(beat);
    const frame = (): void => {
      beat.style.width = beat.style.width === "1px" ? "2px" : "1px";
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, selector);
  return () => page.evaluate(() => (window as unknown as { seen: Watched }).seen);
}

async function goTo(id: string): Promise<void> {
  await page.evaluate((cell) => {
    location.hash = `#cell=${cell}`;
  }, id);
  await page.waitForSelector(`[data-cell="${id}"][data-landed]`);
  await page.waitForSelector("[data-landed]", { state: "detached" });
}

test("what is read in the middle stays to the pixel", async () => {
  await goTo(`c${READ}`);
  // It is the first that is seen: what grows above the window is nobody's business.
  await page.locator(`[data-cell="c${READ}"] h2`).evaluate((heading) => heading.scrollIntoView());
  const seen = await watch(`[data-cell="c${READ}"]`);
  await writeAbove();
  const { most, frames } = await seen();
  expect(frames).toBeGreaterThan(10);
  expect(most).toBeLessThanOrEqual(1);
});
