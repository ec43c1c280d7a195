/** The variables panel: live beside a cell that runs, sorted, filtered, inspected, copied. */
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

const SOON = { timeout: 20_000 };

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "vars.ipynb": notebookOf([
      codeCell(
        "make",
        "import numpy as np\nweights = np.zeros((300, 4))\nlr = 0.1\ndef train(model): 'Trains it.'",
      ),
      codeCell("long", "import time\nfor step in range(600):\n    time.sleep(0.05)"),
    ]),
  });
});
afterAll(async () => {
  await served.close();
  await browser.close();
});

test("variables are listed while a cell runs, sorted, filtered, inspected and copied", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, context, errors } = await openPage(browser, served, "vars.ipynb", {
    permissions,
    bypassCSP: true,
  });
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/variables")) asked.push(request.url());
  });
  await page.locator('[data-cell="make"]').focus();
  await page.keyboard.press("Control+Enter");
  const [session] = served.host.notebooks();
  await expect.poll(() => session?.live.cell(CellId.of("make"))?.executionCount, { timeout: 30_000 }).toBe(1);
  // Nobody looks: nothing is asked.
  expect(asked).toEqual([]);

  await page.keyboard.press("w");
  const panel = page.getByRole("region", { name: "Variables" });
  const names = () => panel.locator("tbody tr th button[aria-expanded]").allTextContents();
  await expect.poll(names, SOON).toEqual(["lr", "weights"]);
  await panel.getByText("300 × 4").waitFor();
  await panel.getByText("9.6 kB").waitFor();
  await panel.getByRole("button", { name: "Size" }).click();
  await expect.poll(names, SOON).toEqual(["weights", "lr"]);
  expect(await panel.getByRole("columnheader", { name: "Size" }).getAttribute("aria-sort")).toBe(
    "descending",
  );
  await panel.getByLabel("Code too").check();
  await panel.getByRole("searchbox").fill("train");
  await expect.poll(names, SOON).toEqual(["train"]);
  await panel.getByRole("button", { name: "train", exact: true }).click();
  await panel.getByText("Trains it.").waitFor();
  await panel.getByRole("button", { name: "Copy train" }).click();
  await expect.poll(() => page.evaluate("navigator.clipboard.readText()")).toBe("train");
  await panel.getByRole("searchbox").fill("");
  await panel.getByRole("button", { name: "train", exact: true }).waitFor();
  expect(await axeFindings(page)).toEqual([]);

  await page.locator('[data-cell="long"]').focus();
  await page.keyboard.press("Control+Enter");
  const step = async () =>
    Number(
      await panel
        .locator("tr", { has: page.getByText("step", { exact: true }) })
        .locator('[class*="value"]')
        .textContent(),
    );
  await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(0);
  const first = await step();
  await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(first);
  expect(session?.live.cell(CellId.of("long"))?.executionState).toBe("running");
  await page.locator('[data-cell="long"]').focus();
  await page.keyboard.press("i");
  await page.keyboard.press("i");
  await page.locator("text=KeyboardInterrupt").first().waitFor();
  expect(errors).toEqual([]);
  await context.close();
});
