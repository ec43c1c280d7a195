/** The control room: a run is started, paused, changed, held, answered; all from the page. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Notebook } from "../../src/nbformat/notebook.ts";
import { RunId } from "../../src/util/ids.ts";
import {
  codeCell,
  markdownCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder | null = null;
let opened: OpenPage | null = null;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());
afterEach(async () => {
  await opened?.context.close();
  await served?.close();
  opened = null;
  served = null;
});

async function open(notebook: Notebook): Promise<Page> {
  served = await serveNotebooks({ "run.ipynb": notebook }, { title: "vision" });
  opened = await openPage(browser, served, "run.ipynb");
  return opened.page;
}

const state = (page: Page, text: string) =>
  page.locator("header").getByText(text, { exact: true }).first().waitFor({ timeout: 30_000 });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

test("a pipeline with a hold: run, look, approve; who answered is kept", async () => {
  const page = await open(
    notebookOf([
      codeCell("p", "lr = 0.1  # 0.0001 … 1, learning rate", "parameters"),
      codeCell("t", "print('trained with', lr)"),
      markdownCell("q", "## Release this model?\n\nAccuracy is 0.98."),
      codeCell("h", "print('released')", "hold"),
      codeCell("e", "print('end')"),
    ]),
  );
  expect(await page.title()).toBe("run.ipynb · vision");
  await button(page, "Run all").click();
  await state(page, "waits for you");
  expect(await page.title()).toBe("⏸ run.ipynb · vision");
  const banner = page.getByRole("region", { name: "The run waits" });
  await banner.getByRole("heading", { name: "Release this model?" }).waitFor();
  await banner.getByText("Accuracy is 0.98.").waitFor();
  // The cell it waits before is marked, and its outputs are not there yet.
  await page.getByRole("group", { name: /the run waits before it/ }).waitFor();
  expect(await page.locator('[data-cell="h"] >> text=/^released$/').count()).toBe(0);
  await page.keyboard.press("g");
  await expect.poll(() => page.evaluate("document.activeElement.dataset.cell")).toBe("h");
  await page.keyboard.press("Shift+A");
  await state(page, "completed");
  await page.locator('[data-cell="h"] >> text=/^released$/').waitFor();
  await page.locator('[data-cell="e"] >> text=/^end$/').waitFor();
  await page.getByText(/^Approved by /).waitFor();
  expect(await page.title()).toBe("✓ run.ipynb · vision");
  const saved = await readFile(join(served?.folder ?? "", "run.ipynb"), "utf8");
  expect(saved).toContain("trained with 0.1");
  expect(opened?.errors).toEqual([]);
});

test("refusing asks why, and ends the run as stopped", async () => {
  const page = await open(notebookOf([codeCell("h", "print('released')", "hold")]));
  await button(page, "Run all").click();
  await state(page, "waits for you");
  await page.locator('[data-cell="h"]').focus();
  await page.keyboard.press("Shift+R");
  await page.getByLabel("Why?").fill("class 9 fell");
  await page.keyboard.press("Enter");
  await state(page, "stopped");
  await page
    .getByText(/^Refused by .*class 9 fell/)
    .first()
    .waitFor();
});

test("a parameter is changed in the middle of a run, with a reason, and is taken", async () => {
  const page = await open(
    notebookOf([
      codeCell(
        "p",
        "lr: float = 0.1  # 0.0001 … 1, learning rate\nlayers = [64, 32]\nkind = 'a'  # one of: a, b",
        "parameters",
      ),
      codeCell("w", "import time\nprint('on', flush=True)\ntime.sleep(3)"),
      codeCell("u", "print('now', lr, layers)"),
    ]),
  );
  await button(page, "Run all").click();
  await page.locator('[data-cell="w"] >> text=/^on$/').waitFor({ timeout: 30_000 });
  await page.keyboard.press("e");
  const field = page.getByLabel("lr", { exact: true });
  await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  await field.fill("7");
  await page.getByText("From 0.0001 to 1.").waitFor();
  expect(await button(page, /^Apply/).isDisabled()).toBe(true);
  await field.fill("0.05");
  await page.getByLabel("layers", { exact: true }).fill("[128, 64]");
  await page.getByLabel("Why? Kept with the change").fill("loss swings");
  await page.keyboard.press("Control+Enter");
  await page.getByText(/0\.05 asked by .*applies at the next step/).waitFor();
  await page.locator('[data-cell="u"] >> text=now 0.05 [128, 64]').waitFor({ timeout: 20_000 });
  await state(page, "completed");
  await page.getByText("“loss swings”").first().waitFor();
  await page.getByText(/^Now in force: /).waitFor();
});

test("with changed parameters a run starts, or the cell keeps them", async () => {
  const page = await open(
    notebookOf([codeCell("p", "lr = 0.1", "parameters"), codeCell("u", "print('with', lr)")]),
  );
  await page.getByLabel("lr", { exact: true }).fill("0.5");
  await button(page, "Keep in cell").click();
  await page.locator('[data-cell="p"] >> text=0.5').waitFor();
  await page.getByLabel("lr", { exact: true }).fill("0.25");
  await button(page, /^Run with 1 change/).click();
  await page.locator("text=with 0.25").waitFor({ timeout: 30_000 });
});

test("pause, step, insert a cell ahead, resume: the run takes what it finds", async () => {
  const page = await open(
    notebookOf([
      codeCell("a", "import time\nprint('on', flush=True)\ntime.sleep(2)\nx = 1"),
      codeCell("b", "x += 1"),
      codeCell("c", "print('x is', x)"),
    ]),
  );
  await button(page, "Run all").click();
  await page.locator('[data-cell="a"] >> text=/^on$/').waitFor({ timeout: 30_000 });
  await page.locator('[data-cell="a"]').focus();
  await page.keyboard.press("p");
  await state(page, "pauses after this cell");
  await state(page, "paused");
  await page.keyboard.press("s");
  await expect.poll(() => page.locator("header").textContent()).toContain("step 3 of 3");
  await page.locator('[data-cell="b"]').focus();
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.type("x *= 50");
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  await page.locator('[data-cell="c"] >> text=x is 100').waitFor({ timeout: 20_000 });
  await state(page, "completed");
  await page.locator("header").getByText("4 of 4 cells").waitFor();
});

test("an error holds the run: mend the cell, run again from there, in the same kernel", async () => {
  const page = await open(
    notebookOf([codeCell("a", "x = 41"), codeCell("b", "y = x + nothing"), codeCell("c", "print('y', y)")]),
  );
  await button(page, "Run all").click();
  await page.getByRole("heading", { name: /NameError/ }).waitFor({ timeout: 30_000 });
  await page.getByRole("group", { name: /the run waits after its error/ }).waitFor();
  await page.click('[data-cell="b"] pre');
  await page.waitForSelector(".cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("y = x + 1");
  await page.keyboard.press("Escape");
  await button(page, /Run again from here/)
    .first()
    .click();
  await page.locator('[data-cell="c"] >> text=y 42').waitFor({ timeout: 20_000 });
  await state(page, "completed");
});

test("on hold, the run goes back to the selected cell: by a key, the run bar, the cell's menu", async () => {
  const page = await open(
    notebookOf([
      codeCell("a", "n = 0"),
      markdownCell("m", "Counts up."),
      codeCell("b", "n += 1\nprint('n is', n)"),
      codeCell("h", "print('all', n)", "hold"),
      markdownCell("z", "The end."),
    ]),
  );
  const printed = (text: string) => page.locator(`[data-cell="b"] >> text=/^${text}$/`).waitFor();
  await button(page, "Run all").click();
  await printed("n is 1");
  await state(page, "waits for you");
  // From a text: the code below it.
  await page.locator('[data-cell="m"]').focus();
  await page.keyboard.press("Shift+P");
  await printed("n is 2");
  await state(page, "waits for you");
  await page.locator('[data-cell="b"]').focus();
  await page
    .getByRole("group", { name: "Run" })
    .getByRole("button", { name: /^From here/ })
    .click();
  await printed("n is 3");
  await state(page, "waits for you");
  await page.getByRole("button", { name: "More for this cell" }).click();
  await page.getByRole("menuitem", { name: /Run again from here/ }).click();
  await printed("n is 4");
  await page.locator('[data-cell="z"]').focus();
  await page.keyboard.press("Control+Shift+C");
  await page.getByRole("dialog").getByRole("combobox").fill("run again from");
  await page.keyboard.press("Enter");
  await page.getByText("There is no code to run from the selected cell on.").waitFor();
  await state(page, "waits for you");
  await page.locator('[data-cell="h"]').focus();
  await page.keyboard.press("Shift+A");
  await page.locator('[data-cell="h"] >> text=/^all 4$/').waitFor();
  await state(page, "completed");
});

test("input() is a question with an answer box, in a run and by hand", async () => {
  const page = await open(notebookOf([codeCell("a", "name = input('Your name? ')\nprint('hello', name)")]));
  await button(page, "Run all").click();
  await page.getByLabel(/Your name\?/).fill("Ana");
  await page.keyboard.press("Enter");
  await page.locator("text=/^hello Ana$/").waitFor({ timeout: 20_000 });
  await state(page, "completed");
  await page.locator('[data-cell="a"]').focus();
  await page.keyboard.press("Control+Enter");
  await page.getByLabel(/Your name\?/).fill("Ben");
  await page.keyboard.press("Enter");
  await page.locator("text=/^hello Ben$/").waitFor({ timeout: 20_000 });
});

test("opened in the middle of a run: one press leads to its cell, and one more stays with it", async () => {
  const idle = Array.from({ length: 12 }, (_, n) => codeCell(`i${n}`, `x${n} = 1\n\n\n\n\n\n# ${n}`));
  const page = await open(
    notebookOf([
      ...idle,
      codeCell("a", "import time\nprint('on', flush=True)\ntime.sleep(4)"),
      ...idle.map((cell, n) => ({ ...cell, id: `j${n}` })),
      codeCell("b", "print('last', flush=True)\ntime.sleep(30)"),
    ]),
  );
  await button(page, "Run all").click();
  await page.locator('[data-cell="a"] >> text=/^on$/').waitFor({ state: "attached", timeout: 30_000 });
  await page.reload();
  await button(page, /^step 13 of 26$/).click();
  await expect.poll(() => page.evaluate("document.activeElement.dataset.cell")).toBe("a");
  const isSeen = (id: string) =>
    page.locator(`[data-cell="${id}"]`).evaluate((cell) => {
      const box = cell.getBoundingClientRect();
      return box.top >= 0 && box.bottom <= window.innerHeight;
    });
  expect(await isSeen("a")).toBe(true);
  await page.keyboard.press("Shift+G");
  await page.locator('[data-cell="b"] >> text=/^last$/').waitFor({ state: "attached", timeout: 20_000 });
  await expect.poll(() => isSeen("b")).toBe(true);
  const follows = button(page, "Stay with the cell that runs");
  expect(await follows.getAttribute("aria-pressed")).toBe("true");
  await page.mouse.move(500, 500);
  await page.mouse.wheel(0, -4000);
  await expect.poll(() => follows.getAttribute("aria-pressed")).toBe("false");
  await expect.poll(() => isSeen("b")).toBe(false);
});

test("a run that failed says so, leads to its cell, and goes on from there in the same kernel", async () => {
  served = await serveNotebooks({
    "run.ipynb": notebookOf([
      codeCell("a", "x = 41"),
      codeCell("b", "y = x + nothing"),
      codeCell("c", "print('y', y)"),
    ]),
  });
  opened = await openPage(browser, served, "run.ipynb");
  const { page } = opened;
  const session = served.host.notebooks()[0];
  if (!session) throw new Error("not open");
  await served.host.startRun({
    runId: RunId.create(),
    input: { notebookId: session.id },
    output: { type: "in-place" },
    options: { onError: "fail" },
    by: { kind: "person", who: "ben", using: "cli", displayName: "Ben" },
  });
  await state(page, "failed");
  const banner = page.getByRole("region", { name: "How the run ended" });
  await banner.getByRole("heading", { name: /^NameError in cell 2/ }).waitFor();
  await banner.getByRole("button", { name: /^Cell 2/ }).click();
  await expect.poll(() => page.evaluate("document.activeElement.dataset.cell")).toBe("b");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("y = x + 1");
  await page.keyboard.press("Escape");
  await banner.getByRole("button", { name: "Run from cell 2" }).click();
  await page.locator('[data-cell="c"] >> text=y 42').waitFor({ timeout: 20_000 });
  await state(page, "completed");
  await page.locator("header").getByText("2 of 2 cells").waitFor();
  expect(await banner.count()).toBe(0);
});

test("beside a running pipeline a cell is run in a subshell, at once", async () => {
  const page = await open(
    notebookOf([
      codeCell("a", "import time\nloss = 0.25\nprint('on', flush=True)\ntime.sleep(8)"),
      codeCell("z", "loss"),
    ]),
  );
  await button(page, "Run all").click();
  await page.locator('[data-cell="a"] >> text=/^on$/').waitFor({ timeout: 30_000 });
  await page.locator('[data-cell="a"]').focus();
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.type("loss * 4");
  await page.keyboard.press("Control+Enter");
  await page.locator("text=/^1\\.0$/").waitFor({ timeout: 6000 });
  await page.getByText(/ran beside the pipeline, in a subshell/).waitFor();
  await page.keyboard.press("q");
  await page.keyboard.press("q");
  await page.getByRole("dialog").getByRole("button", { name: "Stop the run" }).click();
  await state(page, "stopped");
});
