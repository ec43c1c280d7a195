/** A pipeline's own process in the page: its steps, its pause, its parameters, its silence and its death. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeFindings } from "./axe-support.ts";
import {
  markdownCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  rootFolder,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { eventually } from "./eventually.ts";
import { look } from "./looking.ts";

const PYTHON = join(process.env.LOOPBOOK_TEST_PYTHON ?? join(rootFolder, ".loopbook/python"), "bin/python");

const TRAIN = `
import sys, time, loopbook
run = loopbook.attach("train.ipynb", params={"lr": 0.1, "batch": 32}, system=False)

def check(values):
    if values.get("lr", 0) > 1:
        raise loopbook.Refused("a rate above 1 does not converge")

run.params.on_change(check)
print("CUDA out of memory, nearly", file=sys.stderr, flush=True)
for step in run.steps(range(2_000)):
    run.log(loss=1 / (step + 1))
    time.sleep(0.05)
`;

let browser: Browser;
let served: ServedFolder;
let training: ChildProcess;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({ "other.ipynb": notebookOf([markdownCell("a", "x")]) });
  const script = join(served.folder, "train.py");
  await writeFile(script, TRAIN);
  training = spawn(PYTHON, [script], {
    cwd: served.folder,
    stdio: "ignore",
    env: {
      ...process.env,
      PYTHONPATH: join(rootFolder, "python/src"),
      LOOPBOOK_SPOOL: join(served.folder, ".spool"),
      LOOPBOOK_URL: served.server.url,
      LOOPBOOK_TOKEN: served.server.token,
    },
  });
}, 120_000);
afterAll(async () => {
  if (training?.exitCode === null && training.signalCode === null) training.kill("SIGKILL");
  await browser?.close();
  await served?.close();
});

const header = () => page.locator("header");

async function change(name: string, value: string, why: string): Promise<void> {
  await page.getByLabel(name, { exact: true }).fill(value);
  await page.getByLabel("Why? Kept with the change").fill(why);
  await page.keyboard.press("Control+Enter");
}

test("its step, its process, and a pause by key that holds it at its safe point", async () => {
  const notebook = join(served.folder, "train.ipynb");
  await eventually(() => readFile(notebook, "utf8").catch(() => "")).toContain("lr");
  opened = await openPage(browser, served, "train.ipynb", { bypassCSP: true, reducedMotion: "reduce" });
  page = opened.page;
  await header()
    .getByText(/^step \d+ of 2000$/)
    .waitFor({ timeout: 20_000 });
  await page.getByRole("button", { name: /^Process/ }).waitFor();
  await eventually(() => page.getByRole("button", { name: /^Process/ }).textContent()).toMatch(
    new RegExp(`python 3.*pid ${training.pid} on `),
  );
  await page.locator("[data-cell]").first().click();
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  await header().getByText("paused", { exact: true }).waitFor({ timeout: 20_000 });
  const place = await header()
    .getByText(/^step \d+ of 2000$/)
    .textContent();
  await page.getByRole("region", { name: "The run waits" }).waitFor();
  await look(page, "attached-held");
  expect(await axeFindings(page)).toEqual([]);
  expect(
    await header()
      .getByText(/^step \d+ of 2000$/)
      .textContent(),
  ).toBe(place);
  await page.locator("[data-cell]").first().focus();
  await page.keyboard.press("p");
  await header().getByText("running", { exact: true }).waitFor({ timeout: 20_000 });
});

test("a change is ticked when the process took it, and its cell says it; a refused one comes back with its reason", async () => {
  await change("lr", "0.05", "loss swings");
  await page.getByText(/· taken$/).waitFor({ timeout: 20_000 });
  await eventually(() => readFile(join(served.folder, "train.ipynb"), "utf8")).toMatch(/lr\b[^"]*= 0\.05/);
  await page.getByText("“loss swings”").first().waitFor();
  await change("lr", "3", "quicker");
  const field = page.locator("[class*=field]", { has: page.getByLabel("lr", { exact: true }) });
  await field.getByText("3 not taken: a rate above 1 does not converge").waitFor({ timeout: 20_000 });
  expect(await page.getByLabel("lr", { exact: true }).inputValue()).toBe("0.05");
  await look(page, "attached-refused");
  expect(await axeFindings(page)).toEqual([]);
  await field.getByRole("button", { name: "Read: lr was not taken" }).click();
  await field.getByText(/not taken/).waitFor({ state: "detached" });
});

test("a process that says nothing is said to be silent; a killed one died, with its last words", async () => {
  training.kill("SIGSTOP");
  await header()
    .getByText(/^no word for \d+ s$/)
    .waitFor({ timeout: 30_000 });
  await look(page, "attached-silent");
  training.kill("SIGCONT");
  await header()
    .getByText(/^no word for/)
    .waitFor({ state: "detached", timeout: 20_000 });
  training.kill("SIGKILL");
  await header().getByText("died", { exact: true }).waitFor({ timeout: 20_000 });
  const ended = page.getByRole("region", { name: "How the run ended" });
  await ended.getByText(/CUDA out of memory, nearly/).waitFor();
  await ended.getByText(/Start its process again/).waitFor();
  await look(page, "attached-died");
  expect(await axeFindings(page)).toEqual([]);
  expect(opened.errors).toEqual([]);
});
