/** Several people in one notebook, and a server that goes away for a while. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "shared.ipynb": notebookOf([
      markdownCell("title", "# Shared"),
      codeCell("one", "x = 1"),
      codeCell("two", "y = 2"),
    ]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const source = (id: string) => served.host.notebooks()[0]?.live.cell(id as CellId)?.source;

test("two people type in one cell, see each other, and each takes back only their own", async () => {
  const ana = await openPage(browser, served, "shared.ipynb");
  const ben = await openPage(browser, served, "shared.ipynb");
  await ana.page.waitForSelector('[aria-label="Here now"] li:nth-child(2)');
  await ana.page.click('[data-cell="one"] pre');
  await ana.page.waitForSelector('[data-cell="one"] .cm-content');
  await ana.page.keyboard.press("End");
  await ana.page.keyboard.type("  # ana");
  await ben.page.waitForSelector('[data-cell="one"] >> text=# ana');
  // A mark in the gutter says who is at the cell, and what they do.
  await ben.page.waitForSelector('[data-cell="one"] [role="img"][aria-label$="types here"]');

  await ben.page.click('[data-cell="one"] pre');
  await ben.page.waitForSelector('[data-cell="one"] .cm-content');
  await ben.page.waitForSelector('[data-cell="one"] .cm-remote-caret');
  await ben.page.keyboard.press("Home");
  await ben.page.keyboard.type("z = ");
  await expect.poll(() => source("one")).toBe("z = x = 1  # ana");
  await ana.page.waitForSelector('[data-cell="one"] >> text=z =');

  await ana.page.keyboard.press("Control+z");
  await expect.poll(() => source("one")).toBe("z = x = 1");
  await ben.page.keyboard.press("Control+z");
  await expect.poll(() => source("one")).toBe("x = 1");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
  await ana.context.close();
  await ben.page.waitForSelector('[aria-label="Here now"] li:nth-child(2)', { state: "detached" });
  await ben.context.close();
});

test("without a connection the page says so, keeps the edits, and joins them when it is back", async () => {
  const { page, context } = await openPage(browser, served, "shared.ipynb");
  await page.waitForSelector("text=saved");
  await served.stopServer();
  await page.waitForSelector("text=No connection to the server.");
  await page.click('[data-cell="two"] pre');
  await page.waitForSelector('[data-cell="two"] .cm-content');
  await page.keyboard.press("End");
  await page.keyboard.type(" + 1");
  served.host
    .notebooks()[0]
    ?.live.apply(
      { type: "set-source", id: "one" as CellId, source: "x = 100" },
      { type: "person", label: "ben" },
    );
  expect(source("two")).toBe("y = 2");
  await served.startServerAgain();
  await expect.poll(() => source("two"), { timeout: 20_000 }).toBe("y = 2 + 1");
  await page.waitForSelector('[data-cell="one"] >> text=100');
  await page.waitForSelector("text=No connection to the server.", { state: "detached" });
  await context.close();
});

test("who may only look on sees everything and changes nothing", async () => {
  const other = await serveNotebooks(
    { "seen.ipynb": notebookOf([codeCell("one", "x = 1")]) },
    { viewToken: "a-token-for-looking-on-only-0123456789" },
  );
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${other.server.url}/open/seen.ipynb?token=a-token-for-looking-on-only-0123456789`);
    await page.waitForSelector("text=You look on");
    await page.locator('[data-cell="one"]').focus();
    await page.keyboard.press("b");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=You may look at this notebook, but not change it.");
    expect(await page.locator("[data-cell]").count()).toBe(1);
    expect(await page.locator(".cm-content").count()).toBe(0);
    expect(await page.locator("text=Run all").count()).toBe(0);
    await context.close();
  } finally {
    await other.close();
  }
});
