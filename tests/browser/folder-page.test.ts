/** The folder page: what is there, what runs, new notebooks. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
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
  served = await serveNotebooks(
    {
      "waits.ipynb": notebookOf([codeCell("h", "1", "hold")]),
      "deep/er/a b.ipynb": notebookOf([codeCell("one", "'deep'")]),
    },
    { title: "vision" },
  );
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("folders and notebooks by name, into a folder and back, the title in the window", async () => {
  const { page, context, errors } = await openPage(browser, served, null);
  expect(await page.title()).toBe("vision");
  const names = await page
    .getByRole("list", { name: "Notebooks and folders" })
    .getByRole("link")
    .allTextContents();
  expect(names.map((name) => name.replace(/(\d+ \w+)?now$/, ""))).toEqual(["deep", "waits.ipynb"]);
  await page.getByRole("link", { name: /^deep/ }).click();
  await page.getByRole("link", { name: /^er/ }).click();
  await page.getByRole("link", { name: /^a b\.ipynb/ }).click();
  await page.waitForSelector('[data-cell="one"]');
  expect(await page.title()).toBe("a b.ipynb · vision");
  // The token is not in the address.
  expect(page.url()).toBe(`${served.server.url}/open/deep/er/a%20b.ipynb`);
  await page.goBack();
  await page.getByRole("heading", { name: "er", exact: true }).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "vision" }).click();
  await page.getByRole("heading", { name: "vision" }).waitFor();
  expect(errors).toEqual([]);
  await context.close();
});

test("a run's state stands beside its notebook", async () => {
  const { page, context } = await openPage(browser, served, "waits.ipynb");
  await page.getByRole("button", { name: "Run all" }).click();
  await page.getByRole("button", { name: /Approve/ }).waitFor({ timeout: 30_000 });
  await page.getByRole("link", { name: "All notebooks" }).click();
  await page.getByRole("link", { name: /waits\.ipynb.*waits for you/ }).waitFor();
  await context.close();
});

test("a new notebook has the name and the kernel that were chosen, and is ready", async () => {
  const { page, context } = await openPage(browser, served, null);
  await page.getByRole("button", { name: "New notebook" }).click();
  const dialog = page.getByRole("dialog");
  await expect.poll(() => dialog.getByLabel("Name").inputValue()).toBe("Untitled.ipynb");
  await expect.poll(() => dialog.getByLabel("Kernel").inputValue()).not.toBe("");
  await dialog.getByLabel("Name").fill("bad/name");
  await page.keyboard.press("Enter");
  await dialog.getByText(/^A name has none of/).waitFor();
  await dialog.getByLabel("Name").fill("fresh");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Starting its kernel…" }).waitFor();
  await expect.poll(() => page.title(), { timeout: 20_000 }).toContain("fresh.ipynb");
  await page.getByText("idle").first().waitFor();
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.type("6 * 7");
  await page.keyboard.press("Shift+Enter");
  await page.locator("text=/^42$/").waitFor();
  const saved = JSON.parse(await readFile(join(served.folder, "fresh.ipynb"), "utf8"));
  expect(saved.nbformat).toBe(4);
  await context.close();
});

test("a notebook that cannot be read says why in one line, and the file is not touched", async () => {
  const path = join(served.folder, "broken.ipynb");
  await writeFile(path, '{"cells": [');
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(served.server.addressOf("broken.ipynb"));
  await page.getByRole("heading", { name: "This notebook cannot be opened" }).waitFor();
  await page
    .getByText(/broken\.ipynb/)
    .first()
    .waitFor();
  expect(await readFile(path, "utf8")).toBe('{"cells": [');
  await context.close();
});

test("a save that fails is plain to see, and so is that it works again", async () => {
  await mkdir(join(served.folder, "gone"));
  const file = join(served.folder, "gone/a.ipynb");
  await writeFile(file, JSON.stringify(notebookOf([codeCell("one", "x = 1")])));
  const { page, context } = await openPage(browser, served, "gone/a.ipynb");
  await rm(join(served.folder, "gone"), { recursive: true });
  await page.locator('[data-cell="one"]').focus();
  await page.keyboard.press("b");
  await page.getByRole("alert").getByText("The file could not be saved.").waitFor({ timeout: 20_000 });
  await mkdir(join(served.folder, "gone"));
  await page.getByRole("button", { name: "Save now" }).click();
  await page.getByText("The file could not be saved.").waitFor({ state: "detached", timeout: 20_000 });
  await expect
    .poll(async () => JSON.parse(await readFile(file, "utf8").catch(() => '{"cells":[]}')).cells, {
      timeout: 20_000,
    })
    .toHaveLength(2);
  await context.close();
});
