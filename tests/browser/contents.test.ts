/** Ways to a place of a notebook of 5,000 cells: its contents, links to cells and headings, the dialog for going. */
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

const COUNT = 5_000;
let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

function aCell(index: number): Cell {
  if (index % 50 === 0) {
    const cell = markdownCell(`c${index}`, `${index % 250 === 0 ? "#" : "##"} Part ${index}\n\nWords.`);
    return index === 4500 ? ({ ...cell, metadata: { "jp-MarkdownHeadingCollapsed": true } } as Cell) : cell;
  }
  const cell = codeCell(`c${index}`, `x${index} = ${index}\n# ${"and so on ".repeat(index % 30)}`);
  const metadata = index === 77 ? { tags: ["parameters"], name: "settings" } : {};
  const text = `value ${index}\n`.repeat(1 + (index % 30));
  return { ...cell, metadata, outputs: [{ output_type: "stream", name: "stdout", text }] } as Cell;
}

beforeAll(async () => {
  browser = await openBrowser();
  const cells = Array.from({ length: COUNT }, (_, index) => aCell(index));
  served = await serveNotebooks({
    "long.ipynb": notebookOf(cells),
    "short.ipynb": notebookOf([
      markdownCell("a", "# Load"),
      codeCell("load", "1 + 1"),
      markdownCell("b", "# Train"),
      codeCell("fit", "1 / 0"),
      markdownCell("c", "# Later"),
    ]),
  });
  opened = await openPage(browser, served, "long.ipynb");
  page = opened.page;
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const contents = () => page.getByRole("navigation", { name: "Contents" });
const current = () => contents().locator("[aria-current]").textContent();
const focused = (on = page) => on.evaluate("document.activeElement?.dataset.cell");
const isInView = (on: Page, selector: string) =>
  on.evaluate((wanted) => {
    const box = document.querySelector(wanted)?.getBoundingClientRect();
    return box !== undefined && box.top >= 50 && box.top < window.innerHeight - 20;
  }, selector);

test("a link to a cell lands there, also in a folded section, and the cell is marked for a moment", async () => {
  const address = `${served.server.url}/open/long.ipynb`;
  for (const [hash, id] of [
    ["#cell=c4321", "c4321"],
    ["#cell-id=c4533", "c4533"],
    ["#Part-3150", "c3150"],
  ] as const) {
    const tab = await opened.context.newPage();
    await tab.goto(`${address}${hash}`);
    await tab.waitForSelector(`[data-cell="${id}"][data-landed]`);
    await expect.poll(() => isInView(tab, `[data-cell="${id}"]`)).toBe(true);
    await expect.poll(() => focused(tab)).toBe(id);
    // What is drawn and measured around it meanwhile does not push it away.
    await tab.waitForSelector("[data-landed]", { state: "detached" });
    expect(await isInView(tab, `[data-cell="${id}"]`)).toBe(true);
    await tab.close();
  }
  // Only for the one who came.
  const head = served.host.notebooks()[0]?.live.cell("c4500" as CellId);
  expect(head?.metadata).toEqual({ "jp-MarkdownHeadingCollapsed": true });
});

test("links in the page, back and forward, and one that leads nowhere any more", async () => {
  await page.evaluate("location.hash = '#cell=c2000'");
  await expect.poll(() => isInView(page, '[data-cell="c2000"]')).toBe(true);
  await page.evaluate("location.hash = '#Part-750'");
  await expect.poll(() => isInView(page, '[data-cell="c750"]')).toBe(true);
  await page.goBack();
  await expect.poll(() => isInView(page, '[data-cell="c2000"]')).toBe(true);
  await page.evaluate("location.hash = '#cell=gone'");
  await page.getByText(/not in the notebook any more/).waitFor();
});

test("the link of a cell is copied and leads to it", async () => {
  await opened.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate("location.hash = '#cell=c2001'");
  await expect.poll(() => focused()).toBe("c2001");
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("combobox").fill("copy the link");
  await page.keyboard.press("Enter");
  await page.getByText("The link to this cell is copied.").waitFor();
  const link = String(await page.evaluate("navigator.clipboard.readText()"));
  expect(link).toBe(`${served.server.url}/open/long.ipynb#cell=c2001`);
});

test("the contents show where one is, by keys alone, with numbers, and fold", async () => {
  await page.evaluate("location.hash = '#Part-2000'");
  await expect.poll(() => focused()).toBe("c2000");
  await page.keyboard.press("Control+Shift+K");
  await expect.poll(() => current()).toBe("Part 2000");
  await expect.poll(() => page.evaluate("document.activeElement.textContent")).toBe("Part 2000");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Enter"]) await page.keyboard.press(key);
  await expect.poll(() => focused()).toBe("c2050");
  await expect.poll(() => isInView(page, '[data-cell="c2050"] h2')).toBe(true);
  await expect.poll(() => current()).toBe("Part 2050");
  await page.evaluate("scrollTo(0, 0)");
  await expect.poll(() => current()).toBe("Part 0");
  await contents().getByRole("button", { name: "Number the headings" }).click();
  await contents().getByText("1.1Part 50", { exact: true }).waitFor();
  // Into the notebook and back; folded there and here.
  await page.locator('[data-cell="c1"]').focus();
  await page.keyboard.press("Control+Shift+K");
  await page.keyboard.press("ArrowLeft");
  await page.locator('[data-cell="c0"]').getByText("249 cells in this section").waitFor();
  expect(await contents().getByText("Part 50", { exact: true }).count()).toBe(0);
  await page.keyboard.press("ArrowRight");
  await contents().getByText("Part 50", { exact: true }).waitFor();
  await page.keyboard.press("Control+Shift+K");
  await contents().waitFor({ state: "detached" });
});

test("on a narrow page the contents are a sheet that goes when one goes", async () => {
  await page.setViewportSize({ width: 400, height: 800 });
  await page.getByRole("button", { name: "Contents", exact: true }).click();
  // Its number may stand before it.
  await contents()
    .locator("[data-entry]", { hasText: /Part 100$/ })
    .click();
  await contents().waitFor({ state: "detached" });
  await expect.poll(() => isInView(page, '[data-cell="c100"] h2')).toBe(true);
  await page.setViewportSize({ width: 1280, height: 900 });
});

test("one goes to a cell by its number, name, tag, heading or text, also from the list of commands", async () => {
  const go = async (query: string, id: string): Promise<void> => {
    await page.keyboard.press("/");
    await page.getByRole("combobox").fill(query);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await expect.poll(() => focused()).toBe(id);
    await expect.poll(() => isInView(page, `[data-cell="${id}"]`)).toBe(true);
  };
  await go("3001", "c3000");
  await go("settings", "c77");
  await go("Part 4950", "c4950");
  await go("parameters", "c77");
  await page.keyboard.press("Control+Shift+O");
  await page.getByRole("combobox").fill("x2222 =");
  await page.getByRole("option", { name: /cell 2223$/ }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => focused()).toBe("c2222");
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("combobox").fill("x1234");
  await page.getByRole("option", { name: /cell 1235$/ }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => focused()).toBe("c1234");
  expect(opened.errors).toEqual([]);
});

test("the contents tell how each section stands", async () => {
  const short = await openPage(browser, served, "short.ipynb");
  await short.page.getByRole("button", { name: "Contents", exact: true }).click();
  const nav = short.page.getByRole("navigation", { name: "Contents" });
  await nav.getByRole("button", { name: "Load", exact: true }).waitFor();
  await short.page.locator('[data-cell="load"]').focus();
  await short.page.keyboard.press("Shift+Enter");
  await nav.getByRole("button", { name: /^Load ?, has run$/ }).waitFor({ timeout: 40_000 });
  await short.page.locator('[data-cell="fit"]').focus();
  await short.page.keyboard.press("Control+Enter");
  await nav.getByRole("button", { name: /^Train ?, failed$/ }).waitFor();
  await nav.getByRole("button", { name: "Later", exact: true }).waitFor();
  expect(short.errors).toEqual([]);
  await short.context.close();
});
