/** What a person sees when the file of an open notebook is changed by another program. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CellId } from "../../src/util/ids.ts";
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
  served = await serveNotebooks({
    "nb.ipynb": notebookOf([codeCell("one", "lr = 1"), codeCell("two", "n = 1")]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("an edit of the file appears; a conflict is offered with its three ways and goes when it is decided", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb");
  await page.waitForSelector('[data-cell="two"] >> text=n = 1');
  const [session] = served.host.notebooks();
  if (session?.path == null) throw new Error("no notebook");
  const file = session.path;
  const outside = (from: string, to: string) =>
    writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
  outside("n = 1", "n = 2");
  await page.waitForSelector('[data-cell="two"] >> text=n = 2');
  session.live.apply(
    { type: "set-source", id: CellId.of("one"), source: "lr = 5" },
    { type: "person", label: "ana/test" },
  );
  outside("lr = 1", "lr = 7");
  const banner = page.locator('[aria-label="Conflict"]');
  await banner.waitFor();
  expect(await banner.textContent()).toContain("Cell 1: its text was changed here and in the file.");
  await banner.getByText("What the file had").click();
  expect(await banner.locator("pre").textContent()).toBe("lr = 7");
  await banner.getByRole("button", { name: "Both" }).click();
  await banner.waitFor({ state: "detached" });
  expect(session.live.toNotebook().cells.map(({ source }) => source)).toEqual(["lr = 5", "lr = 7", "n = 2"]);
  expect(errors).toEqual([]);
  await context.close();
});

test("another version beside the notebook is offered, and merged", async () => {
  const [before] = served.host.notebooks();
  if (before?.path == null) throw new Error("no notebook");
  await before.save();
  const copy = before.path.replace(".ipynb", ".sync-conflict-20261124-101500-ABCDEFG.ipynb");
  writeFileSync(copy, readFileSync(before.path, "utf8").replace("n = 2", "n = 9"));
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb");
  const banner = page.locator('[aria-label="Other versions"]');
  await banner.getByRole("button", { name: "Merge" }).click();
  await banner.waitFor({ state: "detached" });
  const conflict = page.locator('[aria-label="Conflict"]');
  await conflict.getByRole("button", { name: "Theirs" }).click();
  await page.waitForSelector('[data-cell="two"] >> text=n = 9');
  await conflict.waitFor({ state: "detached" });
  rmSync(copy);
  expect(errors).toEqual([]);
  await context.close();
});

test("a broken file is told, and not any more when it is whole again", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb");
  await page.waitForSelector('[data-cell="two"]');
  const [session] = served.host.notebooks();
  if (session?.path == null) throw new Error("no notebook");
  await session.save();
  const good = readFileSync(session.path);
  writeFileSync(session.path, "{");
  await page.waitForSelector("text=Another program left something in the file that is no notebook.");
  writeFileSync(session.path, good);
  await page.waitForSelector("text=Another program left something in the file that is no notebook.", {
    state: "detached",
  });
  expect(errors).toEqual([]);
  await context.close();
});
