/** The folder page and its files in a real browser: selecting, moving, the trash, uploads, searching, archives, viewing. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rawZip } from "../integration/archive-support.ts";
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

let browser: Browser;
let served: ServedFolder;
let dataHome: string | undefined;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks(
    {
      "train.ipynb": notebookOf([markdownCell("m", "# Digits"), codeCell("work", "needle_in_code = 1")]),
      "other.ipynb": notebookOf([codeCell("a", "1")]),
      "templates/ours.ipynb": notebookOf([codeCell("t", "from_our_template = 1")]),
    },
    { title: "vision" },
  );
  dataHome = process.env.XDG_DATA_HOME;
  process.env.XDG_DATA_HOME = join(served.stateFolder, "data");
  write("data/a.csv", "name,score\nana,10\nben,9\ncy,\n");
  write("notes.txt", "first line\nsecond line\n");
  write("readme.md", "# Read me\n\nSome *text* with $x^2$.");
  write("evil.html", "<script>document.title='ran'</script>");
  writeFileSync(
    join(served.folder, "dot.png"),
    Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    ),
  );
});
afterAll(async () => {
  if (dataHome === undefined) delete process.env.XDG_DATA_HOME;
  else process.env.XDG_DATA_HOME = dataHome;
  await browser?.close();
  await served?.close();
});

function write(name: string, text: string): void {
  mkdirSync(join(served.folder, name, ".."), { recursive: true });
  writeFileSync(join(served.folder, name), text);
}
const has = (name: string): boolean => existsSync(join(served.folder, name));
const link = (page: Page, name: string) =>
  page.getByRole("link", { name: new RegExp(`^${name.replace(".", "\\.")}`) });

test("files are selected by keyboard, go into the trash, and come back", async () => {
  const { page, context, errors } = await openPage(browser, served, null);
  await link(page, "notes.txt").focus();
  await page.keyboard.press(" ");
  await page.keyboard.press("Shift+ArrowDown");
  await page.getByText("2 selected").waitFor();
  await page.keyboard.press("Delete");
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("2 are in the trash.").waitFor();
  expect([has("notes.txt"), has("readme.md")]).toEqual([false, false]);
  await page.getByRole("button", { name: "Put back" }).click();
  await expect.poll(() => [has("notes.txt"), has("readme.md")]).toEqual([true, true]);
  await link(page, "notes.txt").waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test("a file is moved by a dialog, and by dragging it onto a folder", async () => {
  const { page, context } = await openPage(browser, served, null);
  write("a-move.txt", "x");
  write("b-move.txt", "x");
  await page.reload();
  await page.getByRole("button", { name: "More for a-move.txt" }).click();
  await page.getByRole("menuitem", { name: "Move…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "data" }).click();
  await page.getByRole("button", { name: "Move here" }).click();
  await expect.poll(() => has("data/a-move.txt")).toBe(true);
  await link(page, "b-move.txt").dragTo(page.locator('[data-path="data"]'));
  await expect.poll(() => has("data/b-move.txt")).toBe(true);
  await context.close();
});

test("what is uploaded is asked about before anything is written", async () => {
  const { page, context } = await openPage(browser, served, null);
  write("taken.txt", "old");
  await page.getByLabel("Files to upload").setInputFiles([
    { name: "taken.txt", mimeType: "text/plain", buffer: Buffer.from("new") },
    { name: "fresh.txt", mimeType: "text/plain", buffer: Buffer.from("fresh") },
  ]);
  await page.getByRole("dialog").getByText("taken.txt").waitFor();
  expect(has("fresh.txt")).toBe(false);
  await page.getByRole("dialog").getByRole("button", { name: "Upload" }).click();
  await page.getByText("2 files are here.").waitFor();
  expect([
    has("fresh.txt"),
    readFileSync(join(served.folder, "taken.txt"), "utf8"),
    readFileSync(join(served.folder, "taken 2.txt"), "utf8"),
  ]).toEqual([true, "old", "new"]);
  await context.close();
});

test("names are found by letters and text by cell; a hit leads to its cell", async () => {
  const { page, context } = await openPage(browser, served, null);
  await page.keyboard.press("/");
  await page.keyboard.type("trn");
  await page.getByRole("region", { name: "By name" }).getByRole("link", { name: "train.ipynb" }).waitFor();
  await page.getByLabel("Find by name or content").fill("needle_in");
  const hit = page
    .getByRole("region", { name: "By content" })
    .getByRole("link", { name: /train\.ipynb, cell 2/ });
  await hit.waitFor();
  expect(await hit.getAttribute("href")).toBe("/open/train.ipynb#cell=work");
  await hit.click();
  await page.waitForSelector('[data-cell="work"]');
  await context.close();
});

test("ticked files are downloaded as an archive, and a zip is unpacked with its clashes told first", async () => {
  const { page, context } = await openPage(browser, served, null);
  await page.getByRole("checkbox", { name: "Select data" }).check();
  await page.getByRole("checkbox", { name: "Select dot.png" }).check();
  await page.getByRole("toolbar", { name: "Selected" }).getByRole("button", { name: "Download" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: "Download" }).click();
  const archive = await downloading;
  expect(archive.suggestedFilename()).toBe("vision.zip");
  expect((await readFile(await archive.path())).subarray(0, 2).toString()).toBe("PK");
  writeFileSync(
    join(served.folder, "in.zip"),
    rawZip([
      { name: "data/a.csv", data: "new" },
      { name: "data/new.csv", data: "n" },
    ]),
  );
  await page.reload();
  await page.getByRole("button", { name: "More for in.zip" }).click();
  await page.getByRole("menuitem", { name: "Unpack…" }).click();
  await page.getByRole("list", { name: "Taken names" }).getByText("data/a.csv").waitFor();
  expect(has("data/new.csv")).toBe(false);
  await page.getByLabel(/^Skip those/).check();
  await page.getByRole("dialog").getByRole("button", { name: "Unpack" }).click();
  await page.getByText("1 files unpacked, 1 skipped.").waitFor();
  expect(readFileSync(join(served.folder, "data/a.csv"), "utf8")).toContain("ana");
  await context.close();
});

test("text is read and changed, a table sorted, Markdown and images shown; HTML of a file runs nothing", async () => {
  const { page, context, errors } = await openPage(browser, served, null, { bypassCSP: true });
  await link(page, "notes.txt").click();
  await page.getByText("second line").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Text of the file").fill("changed");
  write("notes.txt", "by somebody else");
  await page.getByRole("button", { name: "Save" }).click();
  await page
    .getByRole("alert")
    .getByText(/changed by somebody else/)
    .waitFor();
  await page.goto(`${served.server.url}/?file=data/a.csv`);
  await page.getByRole("columnheader", { name: "score" }).getByRole("button").click();
  await expect
    .poll(() => page.locator("tbody tr td:first-child").allTextContents())
    .toEqual(["ben", "ana", "cy"]);
  await page.getByLabel("Show rows with these words").fill("an");
  await page.getByText("1 of 3 rows").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.goto(`${served.server.url}/?file=readme.md`);
  await page.getByRole("heading", { name: "Read me", level: 1 }).waitFor();
  await page.waitForSelector(".katex");
  await page.goto(`${served.server.url}/?file=dot.png`);
  await page.getByText("1 × 1").waitFor();
  await page.goto(`${served.server.url}/?file=evil.html`);
  await page.getByText("<script>").waitFor();
  // The conflict above is the one thing that the browser reports.
  expect(errors.filter((error) => !error.includes("409"))).toEqual([]);
  await page.goto(`${served.server.url}/api/files/content?path=evil.html`);
  expect(await page.title()).not.toBe("ran");
  await context.close();
});

test("a notebook begins with a template of the folder; a published page is read by who is not signed in", async () => {
  const { page, context } = await openPage(browser, served, null, { bypassCSP: true });
  await page.getByRole("button", { name: "New notebook" }).click();
  await page.getByLabel("Begin with").selectOption("templates/ours.ipynb");
  await page.getByRole("dialog").getByLabel("Name").fill("mine");
  await page.getByRole("button", { name: "Make it" }).click();
  await page.waitForSelector('[data-cell="t"]', { timeout: 30_000 });
  await page.goto(`${served.server.url}/`);
  await page.getByRole("button", { name: "More for train.ipynb" }).click();
  await page.getByRole("menuitem", { name: "Publish…" }).click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const address = await page.getByLabel("Address").inputValue();
  expect(await axeFindings(page)).toEqual([]);
  const stranger = await browser.newContext();
  const theirs = await stranger.newPage();
  await theirs.goto(address);
  await theirs.getByRole("heading", { name: "Digits" }).waitFor();
  expect(await theirs.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(251, 250, 248)");
  await page.getByRole("button", { name: "Take back" }).click();
  await page.getByLabel("Address").waitFor({ state: "detached" });
  expect((await theirs.goto(address))?.status()).toBe(404);
  await stranger.close();
  await context.close();
});

test("the folder page with everything open has no findings, wide and narrow, light and dark", async () => {
  const { page, context } = await openPage(browser, served, null, { bypassCSP: true });
  await page.getByRole("checkbox", { name: "Select train.ipynb" }).check();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel("Find by name or content").fill("needle");
  await page.getByRole("link", { name: /train\.ipynb, cell 2/ }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel("Find by name or content").fill("");
  await page.getByRole("button", { name: "Folder", exact: true }).click();
  await page.getByRole("menuitem", { name: "Trash…" }).click();
  await page.getByRole("dialog").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(readdirSync(served.folder)).toContain("train.ipynb");
  await context.close();
});
