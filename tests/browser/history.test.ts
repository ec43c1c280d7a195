/** What a person sees of who wrote what, and how they get back what was. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { originOf } from "../../src/usecases/edit-origin.ts";
import { CellId, NotebookId } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  markdownCell,
  notebookOf,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

const VIEW_TOKEN = "v".repeat(40);
let browser: Browser;
let served: ServedFolder;
/** `LOOPBOOK_LOOK=folder`: pictures of each state are put there, to look at. */
const lookFolder = process.env.LOOPBOOK_LOOK;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks(
    {
      "nb.ipynb": notebookOf([
        codeCell("one", "lr = 0.1\nepochs = 10", "parameters"),
        markdownCell("text", "# Title"),
        codeCell("two", "loss = train(lr, epochs)\nprint(loss)"),
        codeCell("three", "plot(loss)"),
      ]),
      "quiet.ipynb": notebookOf([codeCell("one", "x = 1")]),
    },
    { viewToken: VIEW_TOKEN },
  );
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const bo = originOf({ kind: "person", who: "bo", using: "cli", displayName: "Bo" });
const run = { type: "run", label: "run_1/train-7" } as const;

function live() {
  const [session] = served.host.notebooks();
  if (session === undefined) throw new Error("no notebook");
  return session.live;
}

const sources = (): string[] =>
  live()
    .toNotebook()
    .cells.map(({ source }) => source);

async function menu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** The version of that name in the list. */
const named = (dialog: Locator, name: string): Locator =>
  dialog.locator("button[data-item]", { has: dialog.page().getByText(name, { exact: true }) });

async function look(page: Page, name: string): Promise<void> {
  if (lookFolder === undefined) return;
  mkdirSync(lookFolder, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(lookFolder, `${name}-${colorScheme}-${width}.png`) });
    }
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

test("a notebook that nobody changed yet has the state in which it was opened", async () => {
  const { page, errors, context } = await openPage(browser, served, "quiet.ipynb", { bypassCSP: true });
  await menu(page, "History…");
  const dialog = page.getByRole("dialog", { name: "History" });
  await named(dialog, "As it was opened").waitFor();
  await dialog.getByText("Nothing differs.").waitFor();
  await look(page, "opened");
  expect(await axeFindings(page)).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
  await served.host.closeNotebook(served.host.notebooks()[0]?.id ?? NotebookId.of(""));
});

test("a version is named, compared with now, and restored as one step that undo takes back", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  await menu(page, "Name this version…");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of this version").fill("v1 submitted");
  await page.keyboard.press("Enter");
  await named(dialog, "v1 submitted").waitFor();
  await page.keyboard.press("Escape");

  // The page, another person and a run change it.
  await page.click('[data-cell="two"]');
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("\nsave(loss)");
  await page.keyboard.press("Escape");
  live().apply({ type: "set-source", id: CellId.of("one"), source: "lr = 0.05\nepochs = 10" }, run);
  live().apply({ type: "delete-cell", id: CellId.of("three") }, bo);
  live().apply(
    {
      type: "insert-cell",
      cell: { id: CellId.of("four"), cellType: "code", source: "check()" },
      after: CellId.of("one"),
    },
    bo,
  );
  await page.waitForSelector('[data-cell="four"]');
  const changed = sources();

  await menu(page, "History…");
  // Who did what, with the shapes of people and pipelines.
  await dialog
    .getByRole("button", { name: /Parameters changed/ })
    .getByRole("img", { name: "train-7" })
    .waitFor();
  await dialog.getByRole("button", { name: /1 cell inserted, 1 deleted/ }).click();
  await dialog.getByText("A cell that is gone").waitFor();
  await look(page, "work");
  expect(await axeFindings(page)).toEqual([]);
  await named(dialog, "v1 submitted").click();
  await dialog.getByText("4 cells differ.").waitFor();
  const headings = await dialog.getByRole("heading", { level: 4 }).allTextContents();
  expect(headings).toEqual([
    "Cell 1: text changed",
    "Cell 2: added (Code)",
    "Cell 4: text changed",
    "Cell 4 then: deleted since (Code)",
  ]);
  expect(await axeFindings(page)).toEqual([]);
  await look(page, "compare");
  await dialog.getByRole("button", { name: "Restore", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.getByText("“v1 submitted” is restored.").waitFor();
  await page.waitForSelector('[data-cell="three"]');
  await expect
    .poll(sources)
    .toEqual(["lr = 0.1\nepochs = 10", "# Title", "loss = train(lr, epochs)\nprint(loss)", "plot(loss)"]);
  // In the meantime somebody writes on; undo takes back the restore alone.
  live().apply({ type: "set-source", id: CellId.of("text"), source: "# Title, by Bo" }, bo);
  await page.locator('[data-cell="one"]').focus();
  await page.keyboard.press("z");
  await expect
    .poll(sources)
    .toEqual(changed.map((source) => (source === "# Title" ? "# Title, by Bo" : source)));
  expect(errors).toEqual([]);
  await context.close();
});

test("one cell: who wrote it, and back to what it was; a deleted cell is brought back", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  await page.click('[data-cell="one"]');
  await page.getByRole("button", { name: "More for this cell" }).click();
  await page.getByRole("menuitem", { name: "Who wrote this…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/Last edited by/).waitFor();
  await dialog.getByRole("list", { name: "Everybody who changed it" }).getByText("train-7").waitFor();
  await look(page, "cell");
  expect(await axeFindings(page)).toEqual([]);
  await named(dialog, "v1 submitted").click();
  await dialog.getByRole("button", { name: "Restore this cell" }).click();
  await expect.poll(() => sources()[0]).toBe("lr = 0.1\nepochs = 10");
  expect(sources()).toContain("check()");
  await dialog.getByRole("button", { name: "All cells" }).click();
  await dialog.getByRole("button", { name: /1 cell inserted, 1 deleted/ }).click();
  await dialog.getByRole("button", { name: "Bring it back" }).click();
  await expect.poll(sources).toContain("plot(loss)");
  // Another version on the other side of the comparison, with keys from change to change.
  await named(dialog, "v1 submitted").click();
  await dialog.getByRole("combobox").selectOption({ label: "1: As it was opened" });
  await dialog.getByText("Nothing differs.").waitFor();
  await dialog.getByRole("combobox").selectOption("now");
  await dialog.getByText(/cells differ/).waitFor();
  await named(dialog, "v1 submitted").focus();
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  expect(
    await dialog
      .locator("[data-change]")
      .nth(1)
      .evaluate((element) => element === document.activeElement),
  ).toBe(true);
  await page.keyboard.press("p");
  expect(
    await dialog
      .locator("[data-change]")
      .first()
      .evaluate((element) => element === document.activeElement),
  ).toBe(true);
  await page.setViewportSize({ width: 400, height: 800 });
  await dialog.getByRole("button", { name: "‹ All of the history" }).click();
  await named(dialog, "v1 submitted").waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test("all of it by the palette; a viewer sees the history and is offered nothing to change", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb");
  await page.locator("[data-cell]").first().focus();
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("combobox", { name: "Find a command" }).fill("history");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "History" });
  await named(dialog, "v1 submitted").waitFor();
  await dialog.locator("button[data-item]").first().focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await dialog.getByRole("heading", { name: "As it was opened" }).waitFor();
  // It gets a name, and loses it again.
  await dialog.getByLabel("Name of version 1").fill("the very first");
  await page.keyboard.press("Enter");
  await dialog.getByRole("heading", { name: "the very first" }).waitFor();
  await dialog.getByRole("button", { name: "Take the name away" }).click();
  await dialog.getByRole("heading", { name: "As it was opened" }).waitFor();
  await context.close();

  const looksOn = await browser.newContext();
  const viewer = await looksOn.newPage();
  await viewer.goto(`${served.server.url}/open/nb.ipynb?token=${VIEW_TOKEN}`);
  await viewer.waitForSelector("[data-cell]");
  await menu(viewer, "History…");
  const seen = viewer.getByRole("dialog", { name: "History" });
  await named(seen, "v1 submitted").click();
  await seen.getByText(/differ/).waitFor();
  expect(await seen.getByRole("button", { name: /^(Restore|Bring )/ }).count()).toBe(0);
  expect(await seen.getByLabel("Name of this version").count()).toBe(0);
  await looksOn.close();
  expect(errors).toEqual([]);
});
