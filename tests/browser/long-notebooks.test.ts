/** Notebooks of a thousand cells: little is drawn, nothing jumps, everything is reached. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Cell } from "../../src/nbformat/notebook.ts";
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

const COUNT = 1000;
let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

function aCell(index: number): Cell {
  if (index % 5 === 0)
    return markdownCell(`c${index}`, `## Section ${index}\n\n[Further down](#Section-600)\n\n- one\n- two`);
  const cell = codeCell(
    `c${index}`,
    `x${index} = ${index}\nprint(x${index})\n\n# ${"and so on ".repeat(index % 7)}`,
  );
  const text = `value ${index}\n`.repeat(1 + (index % 40));
  return { ...cell, outputs: [{ output_type: "stream", name: "stdout", text }] } as Cell;
}

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "long.ipynb": notebookOf(Array.from({ length: COUNT }, (_, index) => aCell(index))),
  });
  opened = await openPage(browser, served, "long.ipynb");
  page = opened.page;
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const elements = (): Promise<number> => page.evaluate("document.querySelectorAll('*').length");
const topOf = (id: string) =>
  page.locator(`[data-cell="${id}"]`).evaluate((cell) => Math.round(cell.getBoundingClientRect().top));
const focused = () => page.evaluate("document.activeElement.dataset.cell");
/** A cell whose upper edge is in the window, below the header. */
const seen = (): Promise<string> =>
  page.evaluate(() => {
    const cells = [...document.querySelectorAll<HTMLElement>("[data-cell]")];
    const found = cells.find((cell) => cell.getBoundingClientRect().top > 100);
    return found?.dataset.cell ?? "";
  });

test("only what is near the window is drawn, wherever one scrolls to", async () => {
  expect(await elements()).toBeLessThan(1500);
  for (const part of [0.1, 0.5, 0.95, 0.3]) {
    await page.evaluate(`scrollTo(0, document.documentElement.scrollHeight * ${part})`);
    const isCovered = () =>
      page.evaluate(() => {
        const at = (y: number) => document.elementFromPoint(300, y)?.closest("[data-drawn]") ?? null;
        return [150, 450, 850].every((y) => at(y) !== null);
      });
    await expect.poll(isCovered).toBe(true);
    expect(await elements()).toBeLessThan(1500);
  }
});

test("every cell is passed on the way down and up, in order and without gaps", async () => {
  await page.evaluate("scrollTo(0, 0)");
  const walk = (by: number, limit: number) =>
    page.evaluate(
      async ([step, most]) => {
        const met = new Set<number>();
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        for (let n = 0; n < most; n += 1) {
          window.scrollBy(0, step);
          await frame();
          await frame();
          let end = Number.NaN;
          for (const cell of document.querySelectorAll<HTMLElement>("[data-drawn]")) {
            const box = cell.getBoundingClientRect();
            if (box.bottom < 60 || box.top > window.innerHeight) continue;
            if (!Number.isNaN(end) && Math.abs(box.top - end) > 1) return -1;
            end = box.bottom;
            met.add(Number(cell.dataset.drawn?.slice(1)));
          }
        }
        const all = [...met].sort((a, b) => a - b);
        return all.every((index, at) => at === 0 || index === (all[at - 1] ?? 0) + 1) ? all.length : -2;
      },
      [by, limit] as const,
    );
  expect(await walk(400, 40)).toBeGreaterThan(25);
  expect(await walk(-400, 40)).toBeGreaterThan(25);
});

test("outputs that come above the window move nothing in it", async () => {
  await page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)");
  await expect.poll(seen).not.toBe("");
  const id = await seen();
  await expect.poll(() => topOf(id)).toBeGreaterThan(100);
  const before = await topOf(id);
  const live = served.host.notebooks()[0]?.live;
  const drawnAbove: readonly number[] = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("[data-cell-type=code]")]
      .filter((cell) => cell.getBoundingClientRect().bottom < 60)
      .map((cell) => Number(cell.dataset.cell?.slice(1))),
  );
  // Just above the window, where cells are drawn, and far above it, where they are not.
  for (const above of [...drawnAbove, Number(id.slice(1)) - 201, 3]) {
    const text = Array.from({ length: 30 }, (_, line) => `new ${line}`).join("\n");
    const output = { output_type: "stream", name: "stderr", text } as const;
    live?.write([{ type: "append-output", id: `c${above}` as CellId, output }], {
      type: "run",
      label: "test",
    });
  }
  await page.locator(`[data-cell="c${drawnAbove.at(-1)}"] >> text=/^new 5$/`).waitFor({ state: "attached" });
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  expect(Math.abs((await topOf(id)) - before)).toBeLessThanOrEqual(1);
});

test("what is found is marked, also far away, in source and in outputs", async () => {
  await page.locator("[data-cell]").first().focus();
  await page.keyboard.press("Home");
  await expect.poll(focused).toBe("c0");
  await page.keyboard.press("Control+f");
  const field = page.getByLabel("Find in the notebook");
  await field.fill("value 739");
  // 20 lines of it in one output, of which all are drawn.
  await page.getByText("1 of 20").waitFor();
  const marked = () =>
    page.evaluate(() => {
      const [now] = CSS.highlights.get("found-now") ?? [];
      const box = now instanceof Range ? now.getBoundingClientRect() : null;
      return box !== null && box.top > 60 && box.bottom < window.innerHeight ? String(now) : null;
    });
  await expect.poll(marked).toBe("value 739");
  await page.keyboard.press("Enter");
  await page.getByText("2 of 20").waitFor();
  await expect.poll(marked).toBe("value 739");
  await page.keyboard.press("Shift+Enter");
  await field.fill("print(x501)");
  await page.getByText("1 of 1").waitFor();
  // Over the ends of coloured pieces.
  await expect.poll(marked).toBe("print(x501)");
  await page.keyboard.press("Escape");
  await expect.poll(focused).toBe("c501");
  expect(await page.evaluate("CSS.highlights.size")).toBe(0);
});

test("what was unfolded stays so when one comes back", async () => {
  const more = page.locator('[data-cell="c79"] >> text=/ more lines?$/');
  const goTo = async (text: string): Promise<void> => {
    await page.keyboard.press("Control+f");
    await page.getByLabel("Find in the notebook").fill(text);
    await page.keyboard.press("Escape");
  };
  await goTo("x79 = 79");
  await expect.poll(focused).toBe("c79");
  served.host
    .notebooks()[0]
    ?.live.write([{ type: "append-stream", id: "c79" as CellId, index: 0, text: "value 79\n".repeat(40) }], {
      type: "run",
      label: "test",
    });
  await more.click();
  await more.waitFor({ state: "detached" });
  await goTo("x900 = 900");
  await goTo("x901 = 901");
  await page.locator('[data-cell="c79"]').waitFor({ state: "detached" });
  await goTo("x79 = 79");
  await page.locator('[data-cell="c79"]').getByText("Fold again").waitFor({ state: "attached" });
});

test("to the end and back, cell by cell, and to a heading: one lands there", async () => {
  await page.locator("[data-cell]").first().focus();
  await page.keyboard.press("End");
  await expect.poll(focused).toBe(`c${COUNT - 1}`);
  await expect.poll(async () => (await topOf(`c${COUNT - 1}`)) < 900).toBe(true);
  for (let step = 0; step < 25; step += 1) await page.keyboard.press("k");
  await expect.poll(focused).toBe(`c${COUNT - 26}`);
  const top = await topOf(`c${COUNT - 26}`);
  expect(top).toBeGreaterThan(0);
  expect(top).toBeLessThan(900);
  await page.keyboard.press("Home");
  await expect.poll(focused).toBe("c0");
  await expect.poll(() => topOf("c0")).toBeLessThan(300);
  await page.click('[data-cell="c0"] a');
  await expect.poll(focused).toBe("c600");
  await expect.poll(() => topOf("c600")).toBeLessThan(300);
  await page.keyboard.press("Home");
  await expect.poll(focused).toBe("c0");
});

test("an editor stays open, with what was typed, while one looks elsewhere", async () => {
  await page.locator('[data-cell="c1"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-cell="c1"] .cm-content');
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" here");
  await page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)");
  await expect.poll(async () => (await seen()) !== "c1").toBe(true);
  await page.keyboard.type(" and on");
  await expect
    .poll(() => served.host.notebooks()[0]?.live.cell("c1" as CellId)?.source)
    .toContain(" here and on");
  await page.keyboard.press("Escape");
  expect(opened.errors).toEqual([]);
});

test("on paper everything is there", async () => {
  await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
  expect(await page.locator("[data-cell]").count()).toBe(COUNT);
  await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
  await expect.poll(elements).toBeLessThan(1500);
});
