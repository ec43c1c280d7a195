/** DataFrames as tables: sorted and filtered in the page, and, where their kernel is, over all their rows. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Output } from "../../src/nbformat/notebook.ts";
import type { CellId } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { eventually } from "./eventually.ts";

const VIEW_TOKEN = "a-token-for-looking-on-only-0123456789";

let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

const BIG = [
  "import numpy as np, pandas as pd",
  "n = 200_000",
  "df = pd.DataFrame({'id': np.arange(n), 'score': np.round(np.sin(np.arange(n)) * 100, 3),",
  "                   'kind': np.array(['fox', 'owl', 'bear'])[np.arange(n) % 3]})",
  "df",
].join("\n");
const SMALL = [
  "import pandas as pd",
  "columns = pd.MultiIndex.from_tuples([('price', 'low'), ('price', 'high'), ('note', '')])",
  "index = pd.MultiIndex.from_tuples([('a', 1), ('a', 2), ('b', 1)], names=['group', 'n'])",
  "pd.DataFrame([[10.5, 20, '<b>x</b>'], [9, 3, None], [100, 7, 'z']], index=index, columns=columns)",
].join("\n");

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks(
    {
      "frames.ipynb": notebookOf([
        codeCell("big", BIG),
        codeCell("small", SMALL),
        codeCell("styled", "1"),
        codeCell("odd", "2"),
      ]),
    },
    { viewToken: VIEW_TOKEN },
  );
  opened = await openPage(browser, served, "frames.ipynb", {
    permissions: ["clipboard-read", "clipboard-write"],
    bypassCSP: true,
  });
  page = opened.page;
  for (const id of ["big", "small"]) {
    await page.locator(`[data-cell="${id}"]`).focus();
    await page.keyboard.press("Control+Enter");
  }
  await grid("big").waitFor({ timeout: 60_000 });
  await grid("small").waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const cell = (id: string): Locator => page.locator(`[data-cell="${id}"]`);
const grid = (id: string): Locator => cell(id).locator("[role=grid]");
const counts = (id: string): Locator => cell(id).locator("section[aria-label=Table] [role=status]").first();
const firstRow = (id: string): Promise<string[]> =>
  grid(id).locator("tbody tr:has(td[id]) >> nth=0").locator("th, td").allTextContents();
const cellsOf = (id: string): Promise<string[][]> =>
  grid(id)
    .locator("tbody tr:not([aria-hidden])")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("th, td")].map((one) => one.textContent ?? "")),
    );

function write(id: string, data: Record<string, string>): void {
  const output: Output = { output_type: "display_data", data, metadata: {} };
  served.host
    .notebooks()[0]
    ?.live.write([{ type: "append-output", id: id as CellId, output }], { type: "run", label: "test" });
}

test("headers and indexes of several levels stand as they are, numbers to the right, markup as text", async () => {
  expect(await grid("small").locator("thead tr").first().locator("th").allTextContents()).toEqual([
    "",
    "",
    "price",
    "note",
  ]);
  expect(await grid("small").getByRole("columnheader", { name: "price" }).getAttribute("colspan")).toBe("2");
  expect(await cellsOf("small")).toEqual([
    ["a", "1", "10.5", "20", "<b>x</b>"],
    ["a", "2", "9.0", "3", "NaN"],
    ["b", "1", "100.0", "7", "z"],
  ]);
  const aligns = await grid("small")
    .locator("tbody tr >> nth=0")
    .locator("th, td")
    .evaluateAll((cells) => cells.map((one) => getComputedStyle(one).textAlign));
  expect(aligns).toEqual(["left", "right", "right", "right", "left"]);
  expect(await counts("small").textContent()).toBe("3 rows × 3 columns");
});

test("by keys alone: a column sorts as numbers, a cell is copied, a column gets wider", async () => {
  await grid("small").focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowUp");
  for (let step = 0; step < 2; step++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await eventually(async () => (await cellsOf("small")).map((row) => row[2])).toEqual([
    "9.0",
    "10.5",
    "100.0",
  ]);
  expect(await grid("small").getByRole("columnheader", { name: /low/ }).getAttribute("aria-sort")).toBe(
    "ascending",
  );
  await page.keyboard.press("Enter");
  await eventually(async () => (await cellsOf("small")).map((row) => row[2])).toEqual([
    "100.0",
    "10.5",
    "9.0",
  ]);
  const width = (): Promise<number> =>
    grid("small")
      .locator("thead tr >> nth=1")
      .locator("th >> nth=2")
      .evaluate((one) => one.getBoundingClientRect().width);
  const before = await width();
  await page.keyboard.press("Alt+ArrowRight");
  await eventually(width).toBe(before + 16);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Control+c");
  await page.getByText("2 rows are copied.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("100.0\t7\n10.5\t20\n");
  await cell("small").getByRole("button", { name: "More for this table" }).click();
  await page.getByRole("menuitem", { name: "Copy as Markdown" }).click();
  await page.getByText("The table is copied.").waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    "| group | n | price / low | price / high | note |\n| --- | ---: | ---: | ---: | --- |\n| b | 1 | 100.0 | 7 | z |",
  );
});

test("of a cut table, all rows are had from the kernel: scrolled, sorted, filtered", async () => {
  expect(await counts("big").textContent()).toBe("200,000 rows × 3 columns · 10 in the notebook");
  await cell("big").getByText("199,990 more rows: scroll, sort and filter all").click();
  await eventually(() => counts("big").textContent()).toBe("200,000 rows × 3 columns");
  await grid("big").focus();
  await page.keyboard.press("Control+End");
  await grid("big").getByRole("rowheader", { name: "199999" }).waitFor();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await eventually(async () => (await firstRow("big"))[1]).toBe("199999");
  await cell("big").getByRole("button", { name: "Filter", exact: true }).click();
  await cell("big").getByLabel("Filter kind").fill("=owl");
  await cell("big").getByLabel("Filter id").fill("100..200");
  await eventually(() => counts("big").textContent()).toBe("34 of 200,000 rows × 3 columns");
  expect((await firstRow("big")).slice(1, 2)).toEqual(["199"]);
  await cell("big").getByLabel("Filter id").fill("> many");
  await cell("big").getByText("What a filter asks for does not fit its column.").waitFor();
  await cell("big").getByLabel("Filter id").fill("");
  await eventually(() => counts("big").textContent()).toBe("66,667 of 200,000 rows × 3 columns");
  const download = page.waitForEvent("download");
  await cell("big").getByRole("button", { name: "More for this table" }).click();
  await page.getByRole("menuitem", { name: "Download as CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("df.csv");
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString().trim().split("\n");
  expect([lines.length, lines[0], lines[1]]).toEqual([
    66_668,
    "id,score,kind",
    expect.stringMatching(/^199999,-?\d+\.\d+,owl$/),
  ]);
});

test("what the kernel does not hold any more is said, and what the notebook holds stays", async () => {
  await cell("big").getByRole("button", { name: "More for this table" }).click();
  await page.getByRole("menuitem", { name: "As it was displayed" }).click();
  const id = served.host.notebooks()[0]?.id ?? "";
  await served.host
    .notebook(id as never)
    ?.restartKernel({ kind: "person", who: "ana", using: "test", displayName: "Ana" });
  await cell("big").getByRole("button", { name: "All rows" }).click();
  await cell("big").getByText("The kernel does not hold this table any more.").waitFor();
  expect((await cellsOf("big")).flat()).toContain("199999");
});

test("styled tables and those of other shapes stay as they are", async () => {
  write("styled", {
    "text/html": `<table id="T_1" class="dataframe"><thead><tr><th>a</th></tr></thead><tbody><tr><td style="background-color: red">1</td></tr></tbody></table>`,
  });
  write("odd", {
    "text/html": `<table class="dataframe"><tr><td>one</td></tr><tr><td>a</td><td>b</td></tr></table>`,
  });
  await cell("styled").locator("table").waitFor();
  await cell("odd").locator("table").waitFor();
  await cell("odd").getByText("one").waitFor();
  expect([await grid("styled").count(), await grid("odd").count()]).toEqual([0, 0]);
});

test("a reader with a link to look on sorts what is there, and is told why there is no more", async () => {
  const viewed = await browser.newContext({ viewport: { width: 400, height: 800 } });
  const looking = await viewed.newPage();
  await looking.goto(`${served.server.url}/open/frames.ipynb?token=${VIEW_TOKEN}`);
  const table = looking.locator('[data-cell="big"] [role=grid]');
  await table.waitFor();
  const all = looking.locator('[data-cell="big"]').getByRole("button", { name: "All rows" });
  expect(await all.isDisabled()).toBe(true);
  expect(await all.getAttribute("title")).toContain("not ask its kernel");
  await table.getByRole("columnheader", { name: "id" }).click();
  await table.getByRole("columnheader", { name: "id" }).click();
  await eventually(() => table.locator("tbody tr >> nth=0").locator("td >> nth=0").textContent()).toBe(
    "199999",
  );
  expect(await looking.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400);
  await viewed.close();
});

test("axe finds nothing, and the page had no errors", async () => {
  await cell("big").getByRole("button", { name: "Filter", exact: true }).click();
  expect(await axeFindings(page)).toEqual([]);
  expect(opened.errors).toEqual([]);
});
