/**
 * Pictures of every screen at 1280 and 400 px, light and dark, in docs/images/screens, and the page that lists them:
 * `node tests/browser/screens/main.ts`. With a folder as argument they go there, to look at before they are kept; with
 * words after it, only the screens with one of them in their names.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser, openPage, rootFolder, serveNotebooks } from "../browser-support.ts";
import { folderFiles, gallery, galleryCells } from "./content.ts";
import { screensPage, writePicture } from "./pictures.ts";
import { command, commandScreens, type Screen } from "./states.ts";

const kept = join(rootFolder, "docs/images/screens");
const [into = kept, ...asked] = process.argv.slice(2);
const WIDTHS = [1280, 400] as const;
const HOLD = { timeout: 300_000 };
const taken: Screen[] = [];

await mkdir(into, { recursive: true });
process.env.LOOPBOOK_NAME = "Ana";
const served = await serveNotebooks(
  { "digits.ipynb": join(rootFolder, "examples/digits/digits.ipynb"), "outputs.ipynb": gallery },
  { title: "vision" },
);
for (const [name, text] of Object.entries(folderFiles)) await writeFile(join(served.folder, name), text);
const browser = await openBrowser();
try {
  await outputScreens();
  await folderScreens();
  await demoScreens();
} finally {
  await browser.close();
  await served.close();
}
if (into === kept && asked.length === 0)
  await writeFile(join(rootFolder, "docs/guide/screens.md"), screensPage(taken));
process.exit(0);

async function folderScreens(): Promise<void> {
  const { page, context } = await openPage(browser, served, null, { reducedMotion: "reduce" });
  await page.getByText("digits.ipynb").first().waitFor();
  await pictures(page, { name: "folder", says: "A folder: notebooks, runs and files" });
  await page.getByRole("button", { name: "New notebook" }).click();
  await pictures(page, { name: "folder-new", says: "A new notebook from a template" });
  for (const [name, says] of [
    ["scores.csv", "A CSV file"],
    ["notes.md", "A Markdown file"],
    ["train.py", "A text file"],
  ] as const) {
    await page.goto(served.server.addressOf());
    await page.getByText(name).first().click();
    await page.waitForLoadState("networkidle");
    await pictures(page, { name: `file-${name.split(".").at(-1)}`, says });
  }
  await context.close();
}

async function demoScreens(): Promise<void> {
  if (asked.length > 0 && !asked.some((word) => allDemoNames().some((name) => name.includes(word)))) return;
  const { page, context } = await openPage(browser, served, "digits.ipynb", { reducedMotion: "reduce" });
  await pictures(page, { name: "notebook", says: "A notebook before its run" });
  await page.getByRole("button", { name: "Run all" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  // What runs elsewhere is told when it has ended.
  await command(page, "Stay with the cell that runs");
  await page.locator("[data-cell] img[alt^='epoch']").first().waitFor(HOLD);
  await page.getByRole("heading", { name: "Parameters" }).first().waitFor();
  await pictures(page, { name: "running", says: "A run under way, watched" });
  await page.keyboard.press("e");
  await page.getByLabel("lr", { exact: true }).fill("0.02");
  await page.getByLabel("Why? Kept with the change").fill("loss swings");
  await pictures(page, { name: "staged", says: "A parameter about to be changed" });
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: /Approve/ }).waitFor(HOLD);
  const address = page.url();
  for (const screen of commandScreens) {
    if (!isAsked(screen.name)) continue;
    await page.goto(address);
    await page.waitForSelector("[data-cell]");
    await page.getByRole("button", { name: /Approve/ }).waitFor();
    await screen.show(page);
    await page.waitForLoadState("networkidle");
    await pictures(page, screen);
  }
  await page.goto(address);
  await page.waitForSelector("[data-cell]");
  await served.stopServer();
  await page.getByText("No connection to the server.").waitFor();
  await pictures(page, { name: "offline", says: "Without a connection" });
  await served.startServerAgain();
  await context.close();
}

async function outputScreens(): Promise<void> {
  if (asked.length > 0 && !asked.some((word) => word.startsWith("output"))) return;
  const { page, context } = await openPage(browser, served, "outputs.ipynb", { reducedMotion: "reduce" });
  await page.getByRole("button", { name: "Run all" }).click();
  await page
    .locator("[data-cell=error]")
    .getByText("ZeroDivisionError")
    .first()
    .waitFor({ timeout: 120_000 });
  for (const { id, says } of galleryCells) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate((cell) => {
      location.hash = `#cell=${cell}`;
    }, id);
    await page.waitForLoadState("networkidle");
    await pictures(page, { name: `output-${id}`, says }, id);
  }
  await context.close();
}

function allDemoNames(): readonly string[] {
  return ["notebook", "running", "staged", "offline", ...commandScreens.map(({ name }) => name)];
}

function isAsked(name: string): boolean {
  return asked.length === 0 || asked.some((word) => name.includes(word));
}

/** @param cell is brought into view again at each width. */
async function pictures(page: Page, screen: Screen, cell?: string): Promise<void> {
  if (!isAsked(screen.name)) return;
  taken.push(screen);
  for (const width of WIDTHS)
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      if (cell !== undefined)
        await page.locator(`[data-cell="${cell}"]`).evaluate((place) => place.scrollIntoView());
      // What is drawn lazily has its place; now it has the time to fill it.
      await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
      await writePicture(join(into, `${screen.name}-${width}-${colorScheme}.png`), await page.screenshot());
    }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  console.log(screen.name);
}
