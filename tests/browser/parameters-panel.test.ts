/** The form of a notebook's parameters: sliders, choices, and what they were before. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "nb.ipynb": notebookOf([
      codeCell(
        "p",
        'lr: float = 0.1  # 0.0001 … 1, learning rate\nepochs: int = 5  # 1 … 20, passes\nkind = "adam"  # one of: adam, sgd\nmode = "a"  # one of: alpha, beta, gamma, delta, epsilon',
        "parameters",
      ),
      codeCell("h", "print('with', lr)", "hold"),
      codeCell("u", "print('end', lr, kind)"),
    ]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("a range is a slider beside its number, few choices are seen at once; earlier values say who and when, and are used again", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  const lr = page.getByLabel("lr", { exact: true });
  const slider = page.getByLabel("lr, slider");
  await slider.focus();
  await page.keyboard.press("Home");
  await expect.poll(() => lr.inputValue(), { timeout: 20_000 }).toBe("0.0001");
  await page.keyboard.press("End");
  await expect.poll(() => lr.inputValue()).toBe("1");
  await lr.fill("0.01");
  // Spread by powers: a hundredth stands in the middle of 0.0001 … 1.
  expect(await slider.inputValue()).toBe("500");
  const kinds = page.getByRole("group", { name: "kind" });
  await kinds.getByLabel("sgd").check();
  expect(await page.getByLabel("mode", { exact: true }).evaluate((field) => field.tagName)).toBe("SELECT");
  const difference = page.getByRole("list", { name: "What changes" });
  expect(await difference.textContent()).toMatch(/lr 0\.1 → 0\.01[\s\S]*kind "adam" → "sgd"/);
  await look(page, "parameters");
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: /^Run with 2 changes/ }).click();
  await page
    .getByRole("region", { name: "The run waits" })
    .getByText("It waits as long as it takes.")
    .waitFor({ timeout: 60_000 });
  await look(page, "hold");
  await lr.fill("0.05");
  await page.getByLabel("Why? Kept with the change").fill("loss swings");
  await page.keyboard.press("Control+Enter");
  await page
    .getByText(/· taken$/)
    .first()
    .waitFor({ timeout: 30_000 });
  await page.getByText("Earlier values").click();
  const earlier = page.locator("details", { hasText: "Earlier values" });
  await earlier.getByText("lr = 0.05").waitFor({ timeout: 20_000 });
  await earlier.getByText("“loss swings”").waitFor();
  await page.getByRole("button", { name: /^Approve/ }).click();
  await page.locator("header").getByText("completed", { exact: true }).waitFor({ timeout: 30_000 });
  await page.locator('[data-cell="u"] >> text=end 0.05 sgd').waitFor();
  await earlier.getByRole("button", { name: "Use lr = 0.05" }).click();
  await expect.poll(() => lr.inputValue()).toBe("0.05");
  await look(page, "parameters-earlier");
  expect(errors).toEqual([]);
  await context.close();
});
