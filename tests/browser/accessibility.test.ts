/** axe-core (WCAG 2.2 A and AA) in both themes and at both widths, in every state that can be brought about. */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CellId } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  markdownCell,
  notebookOf,
  openBrowser,
  openPage,
  rootFolder,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";

let browser: Browser;
let served: ServedFolder;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks(
    {
      "look.ipynb": notebookOf([
        markdownCell(
          "m",
          "# Title\n\nText, `code`, [link](https://example.org), $x^2$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quote",
        ),
        codeCell(
          "p",
          "lr: float = 0.1  # 0.0001 … 1, learning rate\nkind = 'a'  # one of: a, b\nfast = True",
          "parameters",
        ),
        codeCell(
          "o",
          "def f(x: int):\n    return x * 2  # twice\nprint('\\x1b[31mred\\x1b[0m \\x1b[93mbright\\x1b[0m \\x1b[38;5;226mfree\\x1b[0m')\nimport sys\nprint('w', file=sys.stderr)",
        ),
        codeCell("d", "import pandas as pd\npd.DataFrame({'a': [1, 2]})"),
        codeCell("j", "from IPython.display import JSON\nJSON({'a': [1, {'b': None}]})"),
        codeCell("h", "print('\\n'.join(map(str, range(100))))\n'done'", "hold"),
        codeCell("e", "1 / 0"),
        codeCell("i", "input('Your name? ')"),
      ]),
      "folder/other.ipynb": notebookOf([]),
      "notes.txt": join(rootFolder, "LICENSE"),
    },
    { title: "vision" },
  );
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

test("the folder page, its dialog, an empty folder, a folder that is not there", async () => {
  const { page, context } = await openPage(browser, served, null, { bypassCSP: true });
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "New notebook" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("look.ipynb");
  await page.getByRole("button", { name: "Make it" }).click();
  await page.getByText("There is a look.ipynb already.").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.goto(`${served.server.url}/?path=nowhere`);
  await page.getByText("This folder cannot be shown").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await context.close();
});

test("a notebook at rest, while it is edited, with its menus, dialogs and panel open", async () => {
  const { page, context } = await openPage(browser, served, "look.ipynb", { bypassCSP: true });
  await page.getByLabel("lr", { exact: true }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.click('[data-cell="o"] pre');
  await page.waitForSelector(".cm-content");
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "More", exact: true }).click();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press("Escape");
  for (const keys of ["?", "Control+Shift+C"]) {
    await page.locator('[data-cell="m"]').focus();
    await page.keyboard.press(keys);
    await page.getByRole("dialog").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await page.getByLabel("lr", { exact: true }).fill("9");
  await page.getByRole("group", { name: "kind" }).getByLabel("b").check();
  expect(await axeFindings(page)).toEqual([]);
  await page.setViewportSize({ width: 400, height: 900 });
  await page.getByRole("button", { name: "Parameters and what happened" }).click();
  expect(await axeFindings(page)).toEqual([]);
  await context.close();
});

test("a run that waits, that failed, that asks; offline; a dead kernel; looking on", async () => {
  const { page, context } = await openPage(browser, served, "look.ipynb", { bypassCSP: true });
  await page.getByRole("button", { name: "Run all" }).click();
  await page.getByRole("button", { name: /Approve/ }).waitFor({ timeout: 40_000 });
  await page.waitForSelector(".katex");
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: /Approve/ }).click();
  await page.getByRole("heading", { name: /ZeroDivisionError/ }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("button", { name: /Skip cell/ }).click();
  await page.getByRole("button", { name: /^Resume/ }).click();
  await page.getByLabel(/Your name\?/).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel(/Your name\?/).fill("Ana");
  await page.keyboard.press("Enter");
  await page.locator("header").getByText("completed").waitFor();
  expect(await axeFindings(page)).toEqual([]);

  const session = served.host.notebooks()[0];
  const pid = session?.kernelView().pid;
  if (!pid) throw new Error("the kernel has no process");
  process.kill(pid, "SIGKILL");
  await page
    .getByText(/The kernel was killed/)
    .first()
    .waitFor();
  expect(await axeFindings(page)).toEqual([]);
  session?.live.apply({ type: "delete-cell", id: "i" as CellId }, { type: "person", label: "test" });
  await served.stopServer();
  await page.getByText("No connection to the server.").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await served.startServerAgain();
  await page.getByText("No connection to the server.").waitFor({ state: "detached", timeout: 20_000 });
  await context.close();
});

test("the whole way by keyboard alone: open, run, answer, change a parameter", async () => {
  const { page, context, errors } = await openPage(browser, served, null);
  const focused = () => page.evaluate("document.activeElement?.textContent ?? ''");
  for (let step = 0; step < 20 && !String(await focused()).startsWith("look.ipynb"); step += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-cell]");
  // From anywhere on the page.
  await page.keyboard.press("Control+Shift+Enter");
  await page.getByRole("button", { name: /Approve/ }).waitFor({ timeout: 40_000 });
  await page.keyboard.press("e");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("0.01");
  await page.keyboard.press("Control+Enter");
  await page
    .getByText(/· taken$/)
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+A");
  await page.getByRole("heading", { name: /ZeroDivisionError/ }).waitFor();
  await page.keyboard.press("q");
  await page.keyboard.press("q");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Enter");
  await page.locator("header").getByText("stopped", { exact: true }).waitFor();
  expect(errors).toEqual([]);
  await context.close();
});
