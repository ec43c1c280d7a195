/** Search over the whole notebook and replacing in it: what is not drawn, outputs, several people, rights. */
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

const COUNT = 300;
const VIEW_TOKEN = "a-token-for-looking-on-only-0123456789";
let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

function aCell(index: number): Cell {
  if (index % 10 === 0) return markdownCell(`c${index}`, `## Part ${index}\n\nThe rate of part ${index}.`);
  const cell = codeCell(`c${index}`, `rate = ${index}\nRate_max = rate * 2`);
  const metadata = index === 7 ? { editable: false } : {};
  const text = `rate ${index}\nthe Rate\n`;
  return { ...cell, metadata, outputs: [{ output_type: "stream", name: "stdout", text }] } as Cell;
}

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
beforeEach(async () => {
  const cells = Array.from({ length: COUNT }, (_, index) => aCell(index));
  served = await serveNotebooks({ "find.ipynb": notebookOf(cells) }, { viewToken: VIEW_TOKEN });
  opened = await openPage(browser, served, "find.ipynb");
  page = opened.page;
  await page.locator('[data-cell="c0"]').focus();
});
afterEach(async () => {
  expect(opened.errors).toEqual([]);
  await opened.context.close();
  await served.close();
});

const source = (id: string) => served.host.notebooks()[0]?.live.cell(id as CellId)?.source;
const sources = () =>
  served.host
    .notebooks()[0]
    ?.live.cellIds()
    .map((id) => source(id)) ?? [];
const field = () => page.getByLabel("Find in the notebook");
const counted = (text: string) => page.locator("search").getByText(text, { exact: true }).waitFor();
const focused = () => page.evaluate("document.activeElement?.dataset.cell");

test("capitals, whole words, expressions, where it looks, the selected cells", async () => {
  await page.keyboard.press("Control+f");
  await field().fill("rate");
  // 270 cells of code with three in the source and two in the outputs, 30 of Markdown with one.
  await counted("1 of 1,380");
  await page.keyboard.press("Alt+c");
  await counted("1 of 840");
  await page.keyboard.press("Alt+w");
  await counted("1 of 840");
  await field().fill("Rate");
  await counted("1 of 270");
  await page.getByLabel("Outputs").uncheck();
  await counted("nothing");
  await page.getByLabel("Outputs").check();
  await page.getByRole("button", { name: "Regular expression" }).click();
  await field().fill("^(rate) = 29\\d$");
  await counted("1 of 9");
  await field().press("Shift+Enter");
  await counted("9 of 9");
  await expect.poll(() => page.locator('[data-cell="c299"]').count()).toBe(1);
  await field().fill("(");
  await page.getByText(/This is no regular expression/).waitFor();
  await field().fill("rate");
  await page.keyboard.press("Alt+l");
  await page.getByText("1 selected cell").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(focused).toBe("c299");
});

test("all is replaced as one step of undo, counted before, and protected cells stay", async () => {
  const before = sources();
  await page.keyboard.press("Control+h");
  await field().fill("rate");
  await page.keyboard.press("Alt+c");
  await page.getByLabel("Replace with").fill("speed");
  await page.getByText("568 places in 299 cells will change. 2 places in protected cells stay.").waitFor();
  await page.getByLabel("Replace with").press("Control+Enter");
  await page.getByText("568 places replaced in 299 cells.").waitFor();
  await expect.poll(() => source("c299")).toBe("speed = 299\nRate_max = speed * 2");
  expect(source("c10")).toBe("## Part 10\n\nThe speed of part 10.");
  expect(source("c7")).toBe(before[7]);
  await page.keyboard.press("Escape");
  await expect.poll(focused).toMatch(/^c/);
  await page.keyboard.press("z");
  await expect.poll(sources).toEqual(before);
});

test("one place after the other, with groups of an expression", async () => {
  await page.keyboard.press("Control+h");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await page.getByLabel("Outputs").uncheck();
  await field().fill("^rate = (\\d+)$");
  await counted("1 of 270");
  await page.getByLabel("Replace with").fill("rate = 0.$1\\n# was $1");
  await page.getByLabel("Replace with").press("Enter");
  await expect.poll(() => source("c1")).toBe("rate = 0.1\n# was 1\nRate_max = rate * 2");
  await counted("1 of 269");
  await page.getByLabel("Replace with").press("Enter");
  await expect.poll(() => source("c2")).toBe("rate = 0.2\n# was 2\nRate_max = rate * 2");
  expect(source("c3")).toBe("rate = 3\nRate_max = rate * 2");
});

test("what somebody else types at the same time stays", async () => {
  const ben = await openPage(browser, served, "find.ipynb");
  await ben.page.click('[data-cell="c1"] pre');
  await ben.page.waitForSelector('[data-cell="c1"] .cm-content');
  await ben.page.keyboard.press("Control+End");
  await page.keyboard.press("Control+h");
  await field().fill("rate");
  await page.getByLabel("Replace with").fill("speed");
  await page.getByText(/837 places in 299 cells/).waitFor();
  const typing = ben.page.keyboard.type("  # still the rate of Ben, typed on and on", { delay: 8 });
  await page.getByLabel("Replace with").press("Control+Enter");
  await typing;
  await expect
    .poll(() => source("c1"))
    .toMatch(/^speed = 1\nspeed_max = speed \* 2 {2}# still the (?:rate|speed) of Ben, typed on and on$/);
  // Taken back, what Ben typed is still there.
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await expect
    .poll(() => source("c1"))
    .toMatch(/^rate = 1\nRate_max = rate \* 2 {2}# still the rate of Ben, typed on and on$/);
  expect(ben.errors).toEqual([]);
  await ben.context.close();
});

test("who may only look on searches, and is told why nothing is replaced", async () => {
  const cleo = await browser.newContext();
  const looking = await cleo.newPage();
  await looking.goto(`${served.server.url}/open/find.ipynb?token=${VIEW_TOKEN}`);
  await looking.locator('[data-cell="c0"]').focus();
  await looking.keyboard.press("Control+h");
  await looking.getByText("You may look at this notebook, but not change it.").waitFor();
  await looking.keyboard.press("Control+f");
  await looking.getByLabel("Find in the notebook").fill("rate 251");
  await looking.locator("search").getByText("1 of 1", { exact: true }).waitFor();
  expect(await looking.getByRole("button", { name: "Replace" }).count()).toBe(0);
  await cleo.close();
});
