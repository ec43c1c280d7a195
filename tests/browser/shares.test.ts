/** What people see who were given a link with some of the rights, and when it is taken back. */
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Scope } from "../../src/people/access.ts";
import { createToken } from "../../src/people/token.ts";
import { createShareId, shareStore } from "../../src/server/share-store.ts";
import { type CellId, RunId } from "../../src/util/ids.ts";
import { codeCell, notebookOf, openBrowser, type ServedFolder, serveNotebooks } from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "shared.ipynb": notebookOf([codeCell("one", "x = 1"), codeCell("two", "print(x)")]),
    "private.ipynb": notebookOf([codeCell("one", "secret = 1")]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

interface Guest {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly id: string;
}

async function guest(rights: { edit?: true; execute?: true }, path = "/open/shared.ipynb"): Promise<Guest> {
  const token = createToken();
  const id = createShareId();
  const scope: Scope = { type: "notebook", path: join(served.folder, "shared.ipynb") };
  const { edit = false, execute = false } = rights;
  shareStore(served.stateFolder).add(
    {
      ...{ id, who: "ben", name: "Ben", scope, createdAtMs: Date.now(), expiresAtMs: null },
      rights: { view: true, edit, execute },
    },
    token,
  );
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${served.server.url}${path}?token=${token}`);
  return { page, context, id };
}

const source = (id: string) => served.host.notebooks()[0]?.live.cell(id as CellId)?.source;

test("who may edit and not run types with the others, and is not led to what runs", async () => {
  const { page, context } = await guest({ edit: true });
  await page.waitForSelector("text=You may change this notebook, not run it");
  expect(await page.getByRole("button", { name: "Run all" }).count()).toBe(0);
  await page.click('[data-cell="one"] pre');
  await page.waitForSelector('[data-cell="one"] .cm-content');
  await page.keyboard.press("End");
  await page.keyboard.type("0");
  await expect.poll(() => source("one")).toBe("x = 10");
  await page.keyboard.press("Shift+Enter");
  await page.waitForSelector("text=You may change this notebook, but not run it.");
  expect(served.host.notebooks()[0]?.kernelView().state).toBe("none");
  // The link is for this name: another one is not offered.
  expect(await page.locator("h1 button").count()).toBe(0);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("combobox").fill("run");
  expect(await page.getByRole("option", { name: "Run the whole notebook" }).count()).toBe(0);
  await context.close();
});

test("who may run and not edit runs what is there", async () => {
  const { page, context } = await guest({ execute: true });
  await page.waitForSelector("text=You may run this notebook and steer its runs, not change it.");
  await page.locator('[data-cell="one"]').focus();
  await page.keyboard.press("Enter");
  expect(await page.locator(".cm-content").count()).toBe(0);
  await page.keyboard.press("d");
  await page.keyboard.press("d");
  expect(await page.locator("[data-cell]").count()).toBe(2);
  await page.getByRole("button", { name: "Run all" }).click();
  await page.waitForSelector('[data-cell="two"] >> text=10', { timeout: 30_000 });
  await context.close();
}, 60_000);

test("the folder holds what was shared, and no more", async () => {
  const { page, context } = await guest({ edit: true }, "/");
  await page.getByRole("link", { name: "shared.ipynb" }).waitFor();
  expect(await page.getByRole("link", { name: "private.ipynb" }).count()).toBe(0);
  await page.goto(`${served.server.url}/open/private.ipynb`);
  await page.waitForSelector("text=This link is for shared.ipynb only.");
  expect(await page.content()).not.toContain("secret");
  await context.close();
});

test("who may not run sees what a run asks, and that others decide it", async () => {
  const { page, context } = await guest({ edit: true });
  await page.waitForSelector("[data-cell]");
  const session = served.host.notebooks()[0];
  if (!session) throw new Error("not open");
  const run = await served.host.startRun({
    runId: RunId.create(),
    input: { notebookId: session.id },
    output: { type: "in-place" },
    options: {},
    by: { kind: "person", who: "ana", using: "cli", displayName: "Ana" },
  });
  await run.command({ type: "pause" }, { kind: "person", who: "ana", using: "cli", displayName: "Ana" });
  await page.waitForSelector("text=Somebody who may run this notebook decides it", { timeout: 30_000 });
  expect(await page.getByRole("button", { name: "Resume" }).count()).toBe(0);
  await run.command({ type: "stop" }, { kind: "person", who: "ana", using: "cli", displayName: "Ana" });
  await run.ended;
  await context.close();
}, 60_000);

test("a link that is taken back closes the page at once", async () => {
  const { page, context, id } = await guest({ edit: true });
  await page.waitForSelector("[data-cell]");
  shareStore(served.stateFolder).remove(id);
  await page.waitForSelector("text=You are signed out");
  await page.waitForSelector("text=was taken back");
  expect(await page.locator("[data-cell]").count()).toBe(0);
  await context.close();
});
