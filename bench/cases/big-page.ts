/** A big notebook in the browser, ours and JupyterLab's page side by side: opening, scrolling, typing. */
import { copyFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { bigNotebook } from "../lib/big-notebooks.ts";
import { openBrowser } from "../lib/browser.ts";
import type { Bench } from "../lib/case.ts";
import { countScripts, heapOf, typingLatencies, watchFrames, watchMainThread } from "../lib/page-probes.ts";
import { startServer } from "../lib/server.ts";
import { type Compared, sideBySide } from "../lib/side-by-side.ts";
import { quantile } from "../lib/statistics.ts";
import { startJupyter, jupyter as stock } from "../peers/jupyter.ts";

const SIZES = [
  { cells: 1_000, outputBytes: 10_000 },
  { cells: 5_000, outputBytes: 2_000 },
] as const;
const FIRST_CELL = { timeout: 90_000 };
const KEYS = 60;
/** A second of a person's scrolling: a wheel's notches, one a frame. */
const NOTCHES = 120;

/** Twenty outputs a second, for as long as it takes to type beside them. */
const PIPELINE = `import time
for step in range(800):
    print("step", step, "loss", 1 / (1 + step))
    time.sleep(0.05)`;

interface Place {
  readonly name: string;
  pageOf(file: string): string;
  /** Cells of its page. */
  readonly cell: string;
  readonly mustWork: boolean;
}

interface Figures {
  readonly firstMs: number;
  readonly quietMs: number;
  readonly heapMegabytes: number;
  readonly scriptKilobytes: number;
  readonly scrollMs?: number;
  readonly typingMs?: number;
  readonly typingBesideMs?: number;
}

export const bigPage: Bench = {
  name: "big-page",
  async run({ folder, times, say }) {
    const rows: Compared[] = [];
    const server = await startServer(path.join(folder, "state"), folder);
    const lab = stock === null ? null : await startJupyter(folder);
    const browser = await openBrowser();
    const ours: Place = {
      name: "loopbook",
      pageOf: (file) => server.addressOf(file),
      cell: "[data-cell]",
      mustWork: true,
    };
    const theirs: Place | null = lab && {
      name: "jupyterlab",
      pageOf: lab.pageOf,
      cell: ".jp-Notebook .jp-Cell",
      mustWork: false,
    };
    try {
      for (const [number, { cells, outputBytes }] of SIZES.entries()) {
        const name = bigNotebook(folder, {
          cells,
          outputBytes,
          number,
          first: [PIPELINE, "learning_rate = 0.1"],
        });
        const found = { ours: [] as Figures[], theirs: [] as Figures[] };
        // A copy each time: nobody has it open yet.
        for (let turn = 1; turn <= Math.min(times, 3); turn++)
          for (const [place, into] of [
            [ours, found.ours],
            [theirs, found.theirs],
          ] as const) {
            if (place === null) continue;
            say(`${cells} cells, ${place.name}, ${turn}`);
            const copy = `${place.name}-${turn}-${name}`;
            copyFileSync(path.join(folder, name), path.join(folder, copy));
            const figures = await figuresOf(browser, place, copy, say).catch((error: unknown) => {
              if (place.mustWork) throw error;
              say(`${place.name}: it did not open: ${String(error).split("\n")[0]}`);
              return null;
            });
            if (figures) into.push(figures);
          }
        rows.push(...rowsOf(cells, found.ours, found.theirs));
      }
    } finally {
      await browser.close();
      await lab?.close();
      await server.close();
    }
    return sideBySide(
      "A big notebook in the browser",
      `Each cell has an output, by turns a text, a picture and a web page, 10 MB in all. From the address to the first cell that shows; until the page's main thread had its last task of over 50 ms (it is given a minute); heap after a collection; JavaScript that came over the wire before the first cell. Scrolling: ${NOTCHES} notches of a wheel; typing: from the key to the end of the frame that shows it, ${KEYS} keys, first in peace, then beside a cell that prints twenty times a second. The second column is JupyterLab's page; a row without its figure: in that page nobody could work within a minute.`,
      rows,
    );
  },
};

function rowsOf(cells: number, ours: readonly Figures[], theirs: readonly Figures[]): Compared[] {
  const of = (pick: (figures: Figures) => number | undefined) => {
    const valuesOf = (all: readonly Figures[]): number[] =>
      all.map(pick).filter((value) => value !== undefined);
    return { ours: valuesOf(ours), jupyter: valuesOf(theirs) };
  };
  const at = `${cells.toLocaleString("en")} cells`;
  return [
    { what: `${at}: first cell, ms`, ...of(({ firstMs }) => firstMs), goal: "≤ 1,500", digits: 0 },
    { what: `${at}: main thread quiet, ms`, ...of(({ quietMs }) => quietMs), goal: "≤ 2,000", digits: 0 },
    { what: `${at}: heap, MB`, ...of(({ heapMegabytes }) => heapMegabytes), goal: "≤ 30" },
    {
      what: `${at}: JavaScript before it, kB`,
      ...of(({ scriptKilobytes }) => scriptKilobytes),
      goal: "≤ 200",
      digits: 0,
    },
    { what: `${at}: scrolling, p95 a frame, ms`, ...of(({ scrollMs }) => scrollMs), goal: "≤ 34" },
    { what: `${at}: typing, p95, ms`, ...of(({ typingMs }) => typingMs), goal: "≤ 35" },
    {
      what: `${at}: typing at 20 outputs/s, p95, ms`,
      ...of(({ typingBesideMs }) => typingBesideMs),
      goal: "≤ 50",
    },
  ];
}

async function figuresOf(
  browser: Browser,
  place: Place,
  file: string,
  say: (line: string) => void,
): Promise<Figures> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const probe = await context.newCDPSession(page);
  try {
    const scripts = await countScripts(probe);
    const mainThread = await watchMainThread(page);
    const startedAt = performance.now();
    await page.goto(place.pageOf(file), { waitUntil: "commit" });
    await page.locator(place.cell).first().waitFor(FIRST_CELL);
    const firstMs = performance.now() - startedAt;
    const scriptKilobytes = scripts() / 1000;
    const quietMs = await mainThread.quietMs();
    const heapMegabytes = await heapOf(probe);
    const opened = { firstMs, quietMs, heapMegabytes, scriptKilobytes };
    // A page that cannot be worked in is left out of these rows, and that it could not is said.
    const typed = await typing(page, place).catch((error: unknown) => {
      if (place.mustWork) throw error;
      say(`${place.name}: nothing could be typed: ${String(error).split("\n")[0]}`);
      return null;
    });
    return typed === null ? opened : { ...opened, ...typed, scrollMs: await scrolling(page) };
  } finally {
    await context.close();
  }
}

async function scrolling(page: Page): Promise<number> {
  await page.mouse.move(640, 500);
  const frames = await watchFrames(page);
  for (let notch = 0; notch < NOTCHES; notch++) {
    await page.mouse.wheel(0, notch < (NOTCHES * 2) / 3 ? 400 : -800);
    await wait(16);
  }
  return frames.quantile(0.95);
}

/** In the second cell, first in peace, then beside the first one running. */
async function typing(
  page: Page,
  place: Place,
): Promise<Required<Pick<Figures, "typingMs" | "typingBesideMs">>> {
  const type = async (): Promise<number> => {
    const latencies = await typingLatencies(page);
    await page.keyboard.press("End");
    for (let key = 0; key < KEYS; key++) {
      await page.keyboard.type("x");
      await wait(60);
    }
    return quantile(await latencies(), 0.95);
  };
  // By what stands in it: which elements of cells there are, and in which order, differs.
  const clickInto = (text: string): Promise<void> =>
    page.locator(place.cell).filter({ hasText: text }).getByText(text).first().click({ timeout: 60_000 });
  await clickInto("learning_rate");
  const typingMs = await type();
  await clickInto("time.sleep");
  await page.keyboard.press("Control+Enter");
  await page.getByText("step 5 loss").first().waitFor({ timeout: 60_000 });
  await clickInto("learning_rate");
  return { typingMs, typingBesideMs: await type() };
}
