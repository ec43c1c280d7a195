/**
 * Makes the pictures of the README from a live run of the demo notebook: `node tests/browser/screenshots.ts`.
 * With `--look FOLDER` it writes every state in both themes and at both widths there instead, to look at.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser, openPage, rootFolder, serveNotebooks } from "./browser-support.ts";

const lookAt = process.argv.indexOf("--look");
const lookFolder = lookAt === -1 ? null : (process.argv[lookAt + 1] ?? null);
const imageFolder = join(rootFolder, "docs/images");

process.env.LOOPBOOK_NAME = "Ana";
const served = await serveNotebooks(
  { "digits.ipynb": join(rootFolder, "examples/digits/digits.ipynb") },
  { title: "vision" },
);
const browser = await openBrowser();
try {
  const retina = { deviceScaleFactor: lookFolder === null ? 2 : 1 };
  const { page } = await openPage(browser, served, "digits.ipynb", { ...retina, reducedMotion: "reduce" });
  process.env.LOOPBOOK_NAME = "Ben";
  await look(page, "idle");
  await page.getByRole("button", { name: "Run all" }).click();
  // In the second stage there is a curve to see; a parameter was changed before it.
  await page.locator("[data-cell] img[alt^='epoch 2']").first().waitFor({ timeout: 120_000 });
  await page.keyboard.press("e");
  await page.getByLabel("lr", { exact: true }).fill("0.02");
  await page.getByLabel("Why? Kept with the change").fill("loss swings");
  await look(page, "staged");
  await page.keyboard.press("Control+Enter");
  await page
    .getByText(/· taken$/)
    .first()
    .waitFor({ timeout: 120_000 });
  await page.locator("[data-cell] img[alt^='epoch 10']").first().waitFor({ timeout: 120_000 });
  await page.mouse.move(700, 890);
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await picture(page, "notebook.png");
  await look(page, "running");
  await page.getByRole("button", { name: /Approve/ }).waitFor({ timeout: 240_000 });
  await page.keyboard.press("g");
  await picture(page, "hold.png");
  await look(page, "hold");
} finally {
  await browser.close();
  await served.close();
}
process.exit(0);

async function picture(page: Page, name: string): Promise<void> {
  if (lookFolder !== null) return;
  await mkdir(imageFolder, { recursive: true });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: join(imageFolder, name) });
  console.log(`docs/images/${name}`);
}

async function look(page: Page, state: string): Promise<void> {
  if (lookFolder === null) return;
  await mkdir(lookFolder, { recursive: true });
  for (const width of [1280, 400]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(lookFolder, `${state}-${width}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
}
