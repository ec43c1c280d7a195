/** Renaming, saving under another name, copying, and a file that somebody takes away, as people do and see it. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CellId } from "../../src/util/ids.ts";
import {
  codeCell,
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
});
afterAll(() => browser?.close());
beforeEach(async () => {
  served = await serveNotebooks({
    "train.ipynb": notebookOf([
      codeCell("loop", "import time\nfor step in range(60):\n    print('step', step)\n    time.sleep(0.05)"),
      codeCell("notes", "note = ''"),
    ]),
    "other.ipynb": notebookOf([codeCell("one", "x = 1")]),
  });
  return () => served.close();
});

const onDisk = (name: string): string => readFileSync(join(served.folder, name), "utf8");
const titleOf = (page: Page) => page.locator("h1").textContent();

async function rename(page: Page, name: string): Promise<void> {
  await page.locator("h1 button").click();
  const field = page.getByRole("textbox", { name: "Name" });
  await field.fill(name);
  await field.press("Enter");
}

test("is renamed while a pipeline writes and another types: nothing is lost, both see the new name", async () => {
  const ana = await openPage(browser, served, "train.ipynb", {});
  const ben = await openPage(browser, served, "train.ipynb", {});
  await ana.page.getByRole("button", { name: "Run all" }).click();
  await ben.page.waitForSelector('[data-cell="loop"] >> text=step 3');
  await ben.page.click('[data-cell="notes"] pre');
  await ben.page.waitForSelector('[data-cell="notes"] .cm-content');
  await ben.page.keyboard.press("End");
  const typed = "  # what ben typed while it was renamed, letter by letter";
  const typing = ben.page.keyboard.type(typed, { delay: 20 });
  await rename(ana.page, "train-v2");
  await expect.poll(() => titleOf(ana.page)).toBe("train-v2.ipynb");
  await typing;
  await expect.poll(() => titleOf(ben.page)).toBe("train-v2.ipynb");
  for (const { page } of [ana, ben]) {
    expect(new URL(page.url()).pathname).toBe("/open/train-v2.ipynb");
    expect(await page.title()).toContain("train-v2.ipynb");
  }
  await ben.page.waitForSelector("text=This notebook is train-v2.ipynb now.");
  await ana.page.waitForSelector('[data-cell="loop"] >> text=step 59', { timeout: 30_000 });
  const session = served.host.notebooks()[0];
  await expect.poll(() => session?.live.cell("notes" as CellId)?.source).toBe(`note = ''${typed}`);
  await expect.poll(() => onDisk("train-v2.ipynb"), { timeout: 15_000 }).toContain("letter by letter");
  expect(onDisk("train-v2.ipynb")).toContain("step 59");
  expect(existsSync(join(served.folder, "train.ipynb"))).toBe(false);
  // A page that is loaded anew finds it by the address that it shows.
  await ben.page.reload();
  await ben.page.waitForSelector('[data-cell="notes"] >> text=letter by letter');
  expect([...ana.errors, ...ben.errors]).toEqual([]);
  await ana.context.close();
  await ben.context.close();
}, 90_000);

test("a taken name is refused with the reason, and the dialog stays", async () => {
  const { page, context } = await openPage(browser, served, "train.ipynb", {});
  await rename(page, "other");
  await page.waitForSelector("text=nothing was written over it");
  await page.getByRole("textbox", { name: "Name" }).fill("sub/x");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=There is no sub/x.ipynb here");
  await page.keyboard.press("Escape");
  expect(await titleOf(page)).toBe("train.ipynb");
  expect(onDisk("other.ipynb")).toContain("x = 1");
  await context.close();
});

test("saved under another name it goes on there; a copy is another notebook", async () => {
  const { page, context } = await openPage(browser, served, "other.ipynb", {});
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Save as…" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("mine");
  await page.keyboard.press("Enter");
  await expect.poll(() => titleOf(page)).toBe("mine.ipynb");
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Duplicate…" }).click();
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Copied to mine copy.ipynb.");
  expect(await titleOf(page)).toBe("mine.ipynb");
  expect(readdirSync(served.folder).sort()).toEqual([
    "mine copy.ipynb",
    "mine.ipynb",
    "other.ipynb",
    "train.ipynb",
  ]);
  await context.close();
});

test("a file that somebody deletes is told at once, and written again when one says so", async () => {
  const { page, context } = await openPage(browser, served, "other.ipynb", {});
  await page.waitForSelector("text=saved");
  rmSync(join(served.folder, "other.ipynb"));
  await page.waitForSelector("text=The file is gone.");
  await page.click('[data-cell="one"] pre');
  await page.waitForSelector('[data-cell="one"] .cm-content');
  await page.keyboard.press("End");
  await page.keyboard.type("0");
  expect(existsSync(join(served.folder, "other.ipynb"))).toBe(false);
  await page.getByRole("button", { name: "Write it again" }).click();
  await page.waitForSelector("text=The file is gone.", { state: "detached" });
  expect(onDisk("other.ipynb")).toContain("x = 10");
  await context.close();
});

test("in the folder notebooks are renamed and copied, open or not", async () => {
  const open = await openPage(browser, served, "train.ipynb", {});
  const { page, context } = await openPage(browser, served, null, {});
  const act = async (name: string, what: string, to: string): Promise<void> => {
    await page.getByRole("button", { name: `More for ${name}` }).click();
    await page.getByRole("menuitem", { name: what }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(to);
    await page.keyboard.press("Enter");
  };
  await act("train.ipynb", "Rename…", "renamed");
  await page.getByRole("link", { name: "renamed.ipynb" }).waitFor();
  await expect.poll(() => titleOf(open.page)).toBe("renamed.ipynb");
  await act("other.ipynb", "Duplicate…", "twin");
  await page.getByRole("link", { name: "twin.ipynb" }).waitFor();
  expect(readdirSync(served.folder).sort()).toEqual(["other.ipynb", "renamed.ipynb", "twin.ipynb"]);
  // Deleted, it is in the trash, and who was in it is told.
  process.env.XDG_DATA_HOME = join(served.stateFolder, "data");
  await page.getByRole("button", { name: "More for renamed.ipynb" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("link", { name: "renamed.ipynb" }).waitFor({ state: "detached" });
  await open.page.waitForSelector("text=This notebook was closed");
  expect(readdirSync(join(served.stateFolder, "data/Trash/files"))).toEqual(["renamed.ipynb"]);
  delete process.env.XDG_DATA_HOME;
  await context.close();
  await open.context.close();
});
