/** Folding sections, code and outputs: with JupyterLab's keys, in JupyterLab's metadata, for everybody or for oneself. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
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

const VIEW_TOKEN = "a-token-for-looking-on-only-0123456789";
const FOLDED = "jp-MarkdownHeadingCollapsed";
let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

function printed(id: string, text: string, metadata = {}): Cell {
  const outputs = [{ output_type: "stream", name: "stdout", text }];
  return { ...codeCell(id, `print(${JSON.stringify(text)})`), metadata, outputs } as Cell;
}

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  const cells = [
    markdownCell("data", "# Data"),
    printed("load", "loaded"),
    markdownCell("clean", "## Clean"),
    printed("drop", "dropped"),
    { ...markdownCell("train", "# Train"), metadata: { [FOLDED]: true } },
    printed("fit", "fitted"),
    markdownCell("end", "# End"),
    printed("quiet", "unseen", { collapsed: true, jupyter: { source_hidden: true, mine: 1 } }),
    printed("boxed", "line\n".repeat(39), { scrolled: true }),
  ];
  served = await serveNotebooks({ "fold.ipynb": notebookOf(cells) }, { viewToken: VIEW_TOKEN });
  opened = await openPage(browser, served, "fold.ipynb");
  page = opened.page;
  await page.locator('[data-cell="data"]').focus();
});
afterEach(async () => {
  expect(opened.errors).toEqual([]);
  await opened.context.close();
  await served.close();
});

const metadata = (id: string) => served.host.notebooks()[0]?.live.cell(id as CellId)?.metadata;
const shownOn = (on: Page) =>
  on
    .locator("[data-cell]")
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset.cell).join(" "));
const shown = () => shownOn(page);
const focused = () => page.evaluate("document.activeElement?.dataset.cell");
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

test("sections fold by the arrows as in JupyterLab, and j and k pass what is folded", async () => {
  // As the file says.
  expect(await shown()).toBe("data load clean drop train end quiet boxed");
  await page.getByRole("button", { name: "1 cell in this section" }).waitFor();
  expect(await page.locator('[data-cell="end"]').getAttribute("aria-label")).toContain("cell 7 of 9");
  await press("ArrowLeft");
  await expect.poll(shown).toBe("data train end quiet boxed");
  await expect.poll(() => metadata("data")?.[FOLDED]).toBe(true);
  await press("j");
  await expect.poll(focused).toBe("train");
  await press("k", "ArrowRight");
  await expect.poll(shown).toBe("data load clean drop train end quiet boxed");
  await expect.poll(() => FOLDED in (metadata("data") ?? {})).toBe(false);
  // From inside of it first to its heading, then to the one above.
  await press("j", "j", "j");
  await expect.poll(focused).toBe("drop");
  await press("ArrowLeft");
  await expect.poll(focused).toBe("clean");
  await press("ArrowLeft");
  await expect.poll(shown).toBe("data load clean train end quiet boxed");
  await press("ArrowLeft");
  await expect.poll(focused).toBe("data");
  await press("ArrowRight");
  await expect.poll(focused).toBe("clean");
  await press("Control+Shift+ArrowLeft");
  await expect.poll(shown).toBe("data train end");
  await press("Control+Shift+ArrowRight");
  await expect.poll(shown).toBe("data load clean drop train fit end quiet boxed");
  // To fold is nothing that undo takes back.
  await press("z");
  await expect.poll(shown).toBe("data load clean drop train fit end quiet boxed");
});

test("by the mouse, with one's own cell inside: its heading is selected", async () => {
  await page.locator('[data-cell="drop"]').focus();
  await page.locator('[data-cell="clean"]').hover();
  await page.locator('[data-cell="clean"]').getByRole("button", { name: "Fold the section" }).click();
  await expect.poll(shown).toBe("data load clean train end quiet boxed");
  await page.locator('[data-cell="clean"]').getByRole("button", { name: "1 cell in this section" }).click();
  await expect.poll(shown).toBe("data load clean drop train end quiet boxed");
});

test("code and outputs fold in the notebook's own metadata, and outputs scroll in a box", async () => {
  const quiet = page.locator('[data-cell="quiet"]');
  expect(await quiet.textContent()).not.toContain("unseen");
  await quiet.getByRole("button", { name: "1 line of code" }).click();
  await expect.poll(() => metadata("quiet")).toEqual({ collapsed: true, jupyter: { mine: 1 } });
  await quiet.focus();
  await press("o");
  await expect.poll(() => metadata("quiet")).toEqual({ jupyter: { mine: 1 } });
  await expect.poll(() => quiet.locator("[data-found-in=outputs]").textContent()).toContain("unseen");
  await press("o");
  await quiet.getByRole("button", { name: "1 output" }).waitFor();
  await expect
    .poll(() => metadata("quiet"))
    .toEqual({ collapsed: true, jupyter: { mine: 1, outputs_hidden: true } });

  const boxed = page.locator('[data-cell="boxed"]');
  const box = boxed.getByRole("region", { name: "Outputs" });
  expect(await box.evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true);
  await boxed.focus();
  await press("Shift+O");
  await box.waitFor({ state: "detached" });
  await expect.poll(() => metadata("boxed")).toEqual({ scrolled: false });
});

test("what is found is unfolded for the reader alone, down to hidden outputs", async () => {
  for (const [text, id] of [
    ["fitted", "fit"],
    ["unseen", "quiet"],
  ] as const) {
    await press("Control+f");
    await page.getByLabel("Find in the notebook").fill(text);
    await page.locator("search").getByText("1 of 2").waitFor();
    await press("Enter");
    await expect
      .poll(() => page.locator(`[data-cell="${id}"] [data-found-in="outputs"]`).textContent())
      .toContain(text);
    await press("Escape");
    await expect.poll(focused).toBe(id);
  }
  expect(metadata("train")).toEqual({ [FOLDED]: true });
  expect(metadata("quiet")).toEqual({ collapsed: true, jupyter: { source_hidden: true, mine: 1 } });
});

test("nobody folds a cell away that somebody else writes in; who may not edit folds for themselves", async () => {
  const ben = await openPage(browser, served, "fold.ipynb");
  await ben.page.click('[data-cell="drop"] pre');
  await ben.page.waitForSelector('[data-cell="drop"] .cm-content');
  await press("ArrowLeft");
  await expect.poll(shown).toBe("data train end quiet boxed");
  await ben.page.keyboard.press("End");
  await ben.page.keyboard.type("  # still here");
  await page.keyboard.press("ArrowRight");
  await page.locator('[data-cell="drop"]').getByText("# still here").waitFor();
  expect(ben.errors).toEqual([]);
  await ben.context.close();

  const context = await browser.newContext();
  const looking = await context.newPage();
  await looking.goto(`${served.server.url}/open/fold.ipynb?token=${VIEW_TOKEN}`);
  await looking.locator('[data-cell="end"]').focus();
  await looking.keyboard.press("ArrowLeft");
  await expect.poll(() => shownOn(looking)).toBe("data load clean drop train end");
  expect(metadata("end")).toEqual({});
  await context.close();
});
