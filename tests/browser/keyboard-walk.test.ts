/** The whole way with keys alone, from the folder to the end of a run: whoever has no pointer misses nothing. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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
    "walk.ipynb": notebookOf([
      markdownCell("m", "# Walk"),
      codeCell("p", "lr = 0.1  # 0.0001 … 1, learning rate", "parameters"),
      // It ends when somebody has paused the run, however long that takes.
      codeCell("wait", "import os, time\nwhile not os.path.exists('paused'): time.sleep(0.05)"),
      codeCell("t", "print('trained with', lr)"),
      codeCell("h", "print('released')", "hold"),
    ]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function command(page: Page, label: string): Promise<void> {
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type(label);
  await page.getByRole("option", { name: label }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("combobox").waitFor({ state: "detached" });
}

/** Tab until the focus is on something that says this. */
async function tabTo(page: Page, text: string | RegExp): Promise<void> {
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement === document.body ? null : document.activeElement;
      return `${element?.getAttribute("aria-label") ?? ""} ${element?.textContent ?? ""}`.trim();
    });
  for (let step = 0; step < 60; step += 1) {
    const now = await focused();
    if (typeof text === "string" ? now.startsWith(text) : text.test(now)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`No Tab leads to ${text}; the last was ${await focused()}`);
}

test("by keys alone: open, insert a cell, run, pause, change a parameter, answer, read what happened, compare", async () => {
  const { page, context, errors } = await openPage(browser, served, null);
  const state = (text: string) =>
    page.locator("header").getByText(text, { exact: true }).first().waitFor({ timeout: 40_000 });
  await page.getByRole("link", { name: "walk.ipynb" }).waitFor();
  await tabTo(page, "walk.ipynb");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[data-cell="m"]');
  const session = served.host.notebooks()[0];
  if (!session) throw new Error("the notebook is not open");
  const sources = () => session.live.cellIds().map((id) => session.live.cell(id)?.source);

  // A cell at the end, from wherever the focus is.
  await tabTo(page, /Walk/);
  await page.keyboard.press("End");
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await page.keyboard.type("print('added', lr)");
  await page.keyboard.press("Escape");
  await expect.poll(() => sources().at(-1)).toBe("print('added', lr)");

  await page.keyboard.press("Control+Shift+Enter");
  await page.locator('[data-cell="wait"]').getByText("[*]").waitFor({ timeout: 40_000 });
  await page.keyboard.press("p");
  await state("pauses after this cell");
  await writeFile(join(served.folder, "paused"), "");
  await state("paused");

  // While it is paused: a parameter, with a reason.
  await page.keyboard.press("e");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("0.02");
  await page.keyboard.press("Tab");
  await tabTo(page, "Why? Kept with the change");
  await page.keyboard.type("it swings");
  await page.keyboard.press("Control+Enter");
  await page.getByText("it swings").first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  await page.locator('[data-cell="t"]').getByText("trained with 0.02").waitFor({ state: "attached" });

  await state("waits for you");
  await page.keyboard.press("Shift+A");
  await state("completed");
  await page.getByText("added 0.02").waitFor({ state: "attached" });

  // What happened, and one step of it opened.
  await command(page, "Timeline: everything that happened");
  await page
    .getByRole("list", { name: "What happened, newest first" })
    .getByText("it swings")
    .first()
    .waitFor();
  await tabTo(page, /steps of the run|Cell \d+ ran|Waits for approval/);
  await page.keyboard.press("Enter");
  await page.locator('button[data-event][aria-expanded="true"]').waitFor();

  // The notebook as it was, compared with now: the cell that was added is shown as added.
  await command(page, "History…");
  const history = page.getByRole("dialog", { name: "History" });
  await history.waitFor();
  const items = history.locator("button[data-item]");
  await items.first().waitFor();
  await tabTo(page, /Version \d+/);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await history.locator('button[data-item][aria-current="true"]').last().waitFor();
  await history.getByText("print('added', lr)").first().waitFor();
  await page.keyboard.press("Escape");
  await history.waitFor({ state: "detached" });

  // The keys are the notebook's again.
  await page.keyboard.press("Home");
  await expect
    .poll(() =>
      page.evaluate(() => document.querySelector('[data-cell][tabindex="0"]')?.getAttribute("data-cell")),
    )
    .toBe("m");
  expect(errors).toEqual([]);
  await context.close();
});
