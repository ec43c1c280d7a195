/** The documentation beside the code: it follows the cursor, also beside a cell that runs, and says when it cannot. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CellId } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { look } from "./looking.ts";

const SOON = { timeout: 20_000 };

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "docs.ipynb": notebookOf([
      codeCell("make", "def train(model):\n    '''Trains <img src=x onerror=alert(1)> it.'''\nrate = 0.25"),
      codeCell("use", "train(rate)"),
      codeCell("long", "import time\nfor step in range(1200):\n    time.sleep(0.05)"),
    ]),
  });
});
afterAll(async () => {
  await served.close();
  await browser.close();
});

test("the documentation follows the cursor, also while a cell runs", async () => {
  const { page, context, errors } = await openPage(browser, served, "docs.ipynb", { bypassCSP: true });
  await page.locator('[data-cell="make"]').focus();
  await page.keyboard.press("Control+i");
  const panel = page.getByRole("region", { name: "Documentation" });
  await panel.getByText("No kernel runs.").waitFor(SOON);

  await page.locator('[data-cell="make"]').focus();
  await page.keyboard.press("Control+Enter");
  const [session] = served.host.notebooks();
  await expect.poll(() => session?.live.cell(CellId.of("make"))?.executionCount, { timeout: 30_000 }).toBe(1);
  await panel.getByText("Put the cursor on a name").waitFor(SOON);

  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/inspect")) asked.push(request.postDataJSON().code);
  });
  await page.locator('[data-cell="use"]').focus();
  await page.keyboard.press("Enter");
  await panel.getByRole("heading", { name: "train" }).waitFor(SOON);
  // What a docstring says is a text.
  await panel.getByText("Trains <img src=x onerror=alert(1)> it.").waitFor(SOON);
  expect(await panel.locator("img").count()).toBe(0);
  const tab = page.getByRole("tab", { name: "Docs" });
  for (const width of [400, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await tab.evaluate(isWhole)).toBe(true);
  }
  await look(page, "docs");
  expect(await axeFindings(page)).toEqual([]);

  await page.locator('[data-cell="long"]').focus();
  await page.keyboard.press("Control+Enter");
  await expect.poll(() => session?.live.cell(CellId.of("long"))?.executionState, SOON).toBe("running");
  await page.locator('[data-cell="use"]').focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+End");
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowLeft");
  await panel.getByRole("heading", { name: "rate" }).waitFor(SOON);
  await panel.getByText("0.25").waitFor(SOON);
  expect(session?.live.cell(CellId.of("long"))?.executionState).toBe("running");
  // The cursor passed nothing that it did not rest at, and the same name is not asked again by moving within it.
  expect([...new Set(asked)]).toEqual(["train", "rate"]);
  expect(errors).toEqual([]);
  await session?.shutdownKernel();
  await panel.getByText("No kernel runs.").waitFor(SOON);
  await context.close();
});

/** In the page: no side of the tab is cut off by the row that it is in. */
function isWhole(tab: Element): boolean {
  const row = tab.parentElement?.getBoundingClientRect();
  const own = tab.getBoundingClientRect();
  return row !== undefined && own.left >= row.left && own.right <= row.right + 1;
}
