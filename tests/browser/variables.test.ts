/** The variables panel: live beside a cell that runs, sorted, filtered, inspected, copied. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CellId } from "../../src/util/ids.ts";
import {
  codeCell,
  notebookOf,
  openBrowser,
  openPage,
  rootFolder,
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
  expect(await findings(page)).toEqual([]);

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

/** What axe-core finds in both themes, at both widths. */
async function findings(page: Page): Promise<readonly unknown[]> {
  const axe = await readFile(join(rootFolder, "node_modules/axe-core/axe.min.js"), "utf8");
  await page.addScriptTag({ content: axe });
  const all: unknown[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
      const shots = process.env.LOOPBOOK_TEST_SHOTS;
      if (shots !== undefined)
        await page.screenshot({ path: join(shots, `variables-${colorScheme}-${width}.png`) });
      const found: readonly unknown[] = await page.evaluate(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))",
      );
      all.push(...found.map((finding) => [colorScheme, width, finding]));
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  return all;
}
