/** Everything that happened, in the side panel: by kind and actor, and back to how a cell was then. */
import { createHash } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { originOf } from "../../src/usecases/edit-origin.ts";
import { CellId, RunId } from "../../src/util/ids.ts";
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
    "empty.ipynb": notebookOf([codeCell("a", "x = 1")]),
    "nb.ipynb": notebookOf([
      codeCell("p", "lr = 0.1", "parameters"),
      codeCell("a", "x = lr"),
      codeCell("b", "y = x * 2"),
      codeCell("c", "print(y)"),
    ]),
  });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("runs, steps and edits; only what one asks for; from an event to the cell as it was then", async () => {
  const { page, errors, context } = await openPage(browser, served, "nb.ipynb", { bypassCSP: true });
  const session = served.host.notebooks().find(({ path }) => path?.endsWith("/nb.ipynb"));
  if (!session) throw new Error("not open");
  const start = await served.host.startRun({
    ...{
      runId: RunId.create(),
      input: { notebookId: session.id },
      output: { type: "in-place" },
      options: {},
    },
    ...{ by: { kind: "person", who: "ben", using: "cli", displayName: "Ben" }, name: "train-7" },
  });
  await start.ended;
  const bo = originOf({ kind: "person", who: "bo", using: "browser", displayName: "Bo" });
  session.live.apply({ type: "set-source", id: CellId.of("b"), source: "y = x * 3" }, bo);
  await page.getByRole("tab", { name: "Timeline" }).click();
  const list = page.getByRole("list", { name: "What happened, newest first" });
  await list.getByRole("button", { name: /Edited cell 3/ }).waitFor({ timeout: 20_000 });
  const steps = list.getByRole("button", { name: /4 steps of the run/ });
  await steps.click();
  await list.getByText(/^Cell 4 ran/).waitFor();
  await look(page, "timeline");
  expect(await axeFindings(page)).toEqual([]);
  await steps.click();
  // By kind, and by who.
  await page.getByText("Everything, by everybody").click();
  await page.getByRole("button", { name: "Edits" }).click();
  await list.getByText(/steps of the run/).waitFor({ state: "detached" });
  await list.getByRole("button", { name: /Edited cell 3/ }).waitFor();
  await page.getByLabel("By").selectOption({ label: "train-7 (pipeline)" });
  await page.getByText("Nothing of that kind happened here.").waitFor();
  await look(page, "timeline-filtered");
  await page.getByRole("button", { name: "Show everything" }).click();
  // A step leads to its cell, and to how that was.
  await list.getByRole("button", { name: /4 steps of the run/ }).click();
  await list.getByRole("button", { name: /Cell 3 ran/ }).click();
  await page.getByRole("button", { name: "Go to the cell" }).click();
  await expect
    .poll(() => page.evaluate("document.activeElement?.dataset.cell"), { timeout: 20_000 })
    .toBe("b");
  await page.getByRole("button", { name: "As it was then" }).click();
  const dialog = page.getByRole("dialog", { name: "History of cell 3" });
  await dialog.getByText("1 cell differs.").waitFor();
  await dialog.getByText("y = x * 2").first().waitFor();
  await dialog.getByText("y = x * 3").first().waitFor();
  await page.keyboard.press("Escape");
  // And to exactly what it executed, beside what the cell is now.
  await page.getByRole("button", { name: "What ran" }).click();
  const ran = page.getByRole("dialog", { name: "What ran" });
  await ran.getByText(/^Step 3 of train-7 · .* · took /).waitFor();
  await ran.getByText("Cell 3 has another source now: − ran, + is new.").waitFor();
  const changed = await ran.getByRole("region", { name: "Changed text" }).textContent();
  expect(changed).toMatch(/removed: y = x \* 2.*added: y = x \* 3/);
  await ran.getByText(createHash("sha256").update("y = x * 2").digest("hex")).waitFor();
  await look(page, "what-ran");
  expect(await axeFindings(page)).toEqual([]);
  await ran.getByRole("button", { name: "All of what ran" }).click();
  expect(await ran.locator("pre").textContent()).toBe("y = x * 2");
  await ran.getByRole("button", { name: "Put it back into the cell" }).click();
  await ran.waitFor({ state: "detached" });
  await expect.poll(() => session.live.cell(CellId.of("b"))?.source).toBe("y = x * 2");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => session.live.cell(CellId.of("b"))?.source).toBe("y = x * 3");
  await page.getByRole("button", { name: "What ran" }).click();
  // It is the record's, whatever becomes of the cell.
  session.live.apply({ type: "delete-cell", id: CellId.of("b") }, bo);
  await ran.getByText("The cell is gone from the notebook.").waitFor();
  expect(await ran.locator("pre").textContent()).toBe("y = x * 2");
  await page.keyboard.press("Escape");
  await ran.waitFor({ state: "detached" });
  // What happens while one looks comes by itself.
  session.live.apply({ type: "delete-cell", id: CellId.of("c") }, bo);
  await list.getByText(/Deleted a cell that is gone|2 edits in 2 cells/).waitFor({ timeout: 20_000 });
  expect(errors).toEqual([]);
  await context.close();
});

test("a notebook in which nothing happened says so; without a connection it stays as it was", async () => {
  const { page, context } = await openPage(browser, served, "empty.ipynb", { bypassCSP: true });
  const session = served.host.notebooks().find(({ path }) => path?.endsWith("/empty.ipynb"));
  await expect
    .poll(async () => (await session?.history?.versions())?.map(({ reason }) => reason), { timeout: 20_000 })
    .toEqual(["begin"]);
  await page.getByRole("tab", { name: "Run", exact: true }).focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => page.evaluate("document.activeElement?.id")).toBe("tab-timeline");
  const list = page.getByRole("list", { name: "What happened, newest first" });
  await list.getByRole("button", { name: /As it was opened/ }).waitFor();
  await page.getByText(/Nothing has happened here yet/).waitFor();
  expect(await page.getByLabel("By").locator("option").allTextContents()).toEqual(["everybody"]);
  await look(page, "timeline-empty");
  await served.stopServer();
  await page.getByText(/This is how it was/).waitFor({ timeout: 20_000 });
  expect(await axeFindings(page)).toEqual([]);
  await served.startServerAgain();
  await page.getByText(/This is how it was/).waitFor({ state: "detached", timeout: 30_000 });
  // The first thing that happens takes the sentence's place.
  const bo = originOf({ kind: "person", who: "bo", using: "browser", displayName: "Bo" });
  session?.live.apply({ type: "set-source", id: CellId.of("a"), source: "x = 2" }, bo);
  await list.getByRole("button", { name: /Edited cell 1/ }).waitFor({ timeout: 20_000 });
  expect(await page.getByText(/Nothing has happened here yet/).count()).toBe(0);
  await list.getByRole("button", { name: /As it was opened/ }).waitFor();
  await context.close();
});

test("a thousand events are listed, and only those near the window are drawn", async () => {
  const { page, context } = await openPage(browser, served, "empty.ipynb", { bypassCSP: true });
  const event = (n: number) => ({
    ...{
      key: `${String(1e14 + 1000 - n)} e${n}`,
      atMs: Date.now() - n * 1000,
      kind: "run",
      text: `event ${n}`,
    },
    by: { kind: "person", who: `w${n % 7}`, using: "browser", displayName: "Ana" },
    ...{ reason: null, cellId: null, runId: null, ordinal: null, version: null, tone: "plain" },
  });
  await page.route("**/timeline?*", (route) => {
    const before = new URL(route.request().url()).searchParams.get("before");
    const from = before === null ? 0 : Number(before.split(" e")[1]) + 1;
    const events = Array.from({ length: 250 }, (_, index) => event(from + index)).filter(
      (_, i) => from + i < 1000,
    );
    return route.fulfill({ json: { events, more: from + 250 < 1000, actors: [] } });
  });
  await page.getByRole("tab", { name: "Timeline" }).click();
  const list = page.getByRole("list", { name: "What happened, newest first" });
  await list.getByText("event 0", { exact: true }).waitFor();
  await expect
    .poll(
      async () => {
        await page.getByRole("complementary").evaluate((aside) => aside.scrollTo(0, aside.scrollHeight));
        return list.getByText("event 999", { exact: true }).count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  expect(await list.getByRole("listitem").count()).toBeLessThan(150);
  await context.close();
});
