/** JupyterLab's keys, each by what it does to the document. */
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
import type { CellId } from "../../src/util/ids.ts";
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
let served: ServedFolder;
let opened: OpenPage;
let page: Page;
let session: NotebookSession;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  served = await serveNotebooks({
    "keys.ipynb": notebookOf([codeCell("one", "1"), codeCell("two", "2"), markdownCell("three", "three")]),
  });
  opened = await openPage(browser, served, "keys.ipynb");
  page = opened.page;
  const [first] = served.host.notebooks();
  if (!first) throw new Error("the notebook is not open");
  session = first;
  await page.locator('[data-cell="one"]').focus();
});
afterEach(async () => {
  expect(opened.errors).toEqual([]);
  await opened.context.close();
  await served.close();
});

/** `code:1 | markdown:three`: type and source of each cell, as the server's document has them. */
function document(): string {
  return session.live
    .cellIds()
    .map((id) => session.live.cell(id))
    .map((cell) => `${cell?.cellType}:${cell?.source}`)
    .join(" | ");
}

const becomes = (text: string) => expect.poll(document, { timeout: 5000 }).toBe(text);
const active = () => page.locator('[data-cell][tabindex="0"]').getAttribute("data-cell");
const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};

test("j, k and the arrows move; Home and End go to the ends", async () => {
  await press("j");
  expect(await active()).toBe("two");
  await press("ArrowDown", "j");
  expect(await active()).toBe("three");
  await press("k", "ArrowUp");
  expect(await active()).toBe("one");
  await press("End");
  expect(await active()).toBe("three");
  await press("Home");
  expect(await active()).toBe("one");
});

test("a inserts above, b below, and the new cell is selected", async () => {
  await press("b");
  await becomes("code:1 | code: | code:2 | markdown:three");
  await press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.type("new");
  await press("Escape", "Home", "a");
  await becomes("code: | code:1 | code:new | code:2 | markdown:three");
});

test("d d deletes, z brings it back with its outputs, Shift-Z deletes again", async () => {
  session.live.write(
    [
      {
        type: "append-output",
        id: "two" as CellId,
        output: { output_type: "stream", name: "stdout", text: "kept" },
      },
    ],
    { type: "run", label: "test" },
  );
  await page.waitForSelector("text=kept");
  await press("j", "d", "d");
  await becomes("code:1 | markdown:three");
  expect(await active()).toBe("three");
  await press("z");
  await becomes("code:1 | code:2 | markdown:three");
  await page.waitForSelector("text=kept");
  await press("Shift+Z");
  await becomes("code:1 | markdown:three");
});

test("d alone does nothing, also with another key between", async () => {
  await press("d", "j", "d", "k");
  await press("y");
  expect(document()).toBe("code:1 | code:2 | markdown:three");
});

test("x cuts, c copies, v pastes below and Shift-V above", async () => {
  await press("x");
  await becomes("code:2 | markdown:three");
  await press("v");
  await becomes("code:2 | code:1 | markdown:three");
  await press("End", "c", "Home", "Shift+V");
  await becomes("markdown:three | code:2 | code:1 | markdown:three");
});

test("Shift-J selects several, and commands take them all", async () => {
  await press("Shift+J", "x");
  await becomes("markdown:three");
  await press("v");
  await becomes("markdown:three | code:1 | code:2");
  await press("Shift+K", "Shift+M");
  await becomes("markdown:three | code:1\n\n2");
});

test("m, y and r change the type; 1 to 6 make headings", async () => {
  await press("m");
  await becomes("markdown:1 | code:2 | markdown:three");
  await press("y");
  await becomes("code:1 | code:2 | markdown:three");
  await press("r");
  await becomes("raw:1 | code:2 | markdown:three");
  await press("3");
  await becomes("markdown:### 1 | code:2 | markdown:three");
  await press("6");
  await becomes("markdown:###### 1 | code:2 | markdown:three");
});

test("Ctrl-Shift-arrows move a cell", async () => {
  await press("Control+Shift+ArrowDown");
  await becomes("code:2 | code:1 | markdown:three");
  expect(await active()).toBe("one");
  await press("Control+Shift+ArrowUp");
  await becomes("code:1 | code:2 | markdown:three");
});

test("Enter edits, Esc leaves, what is typed arrives, Ctrl-Z takes back only that", async () => {
  await press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.type("x = ");
  await becomes("code:x = 1 | code:2 | markdown:three");
  await press("Control+z");
  await becomes("code:1 | code:2 | markdown:three");
  await press("Escape");
  expect(await page.locator(".cm-content").count()).toBe(0);
  await expect.poll(() => page.evaluate("document.activeElement.dataset.cell")).toBe("one");
});

test("what is typed right after Enter is text, also before the editor has come", async () => {
  await page.evaluate("window.requestIdleCallback = () => 0");
  await press("Enter", "d", "d", "x", "Space");
  await becomes("code:ddx 1 | code:2 | markdown:three");
});

test("the arrows lead from editor to editor over the edge of a cell", async () => {
  await press("Enter");
  await page.waitForSelector('[data-cell="one"] .cm-content');
  await press("ArrowDown");
  await expect.poll(active).toBe("two");
  await page.waitForSelector('[data-cell="two"] .cm-content');
  await page.keyboard.type("a");
  await becomes("code:1 | code:a2 | markdown:three");
  await press("ArrowUp");
  await expect.poll(active).toBe("one");
});

test("Ctrl-Shift-minus splits at the cursor", async () => {
  await press("Enter");
  await page.waitForSelector(".cm-content");
  await page.keyboard.type("a");
  await press("Control+Shift+Minus");
  await becomes("code:a | code:1 | code:2 | markdown:three");
});

test("Shift-Enter runs and goes on, and makes a cell at the end; Ctrl-Enter stays; Alt-Enter inserts", async () => {
  await press("Shift+Enter");
  expect(await active()).toBe("two");
  // At once, before the kernel has started: the order is kept.
  await press("Control+Enter");
  await expect.poll(() => session.live.cell("two" as CellId)?.executionCount, { timeout: 20_000 }).toBe(2);
  expect(await active()).toBe("two");
  await press("Alt+Enter");
  await becomes("code:1 | code:2 | code: | markdown:three");
  await page.waitForSelector(".cm-content");
  await press("Escape", "End", "Shift+Enter");
  await becomes("code:1 | code:2 | code: | markdown:three | code:");
});

test("i i interrupts; 0 0 asks, then restarts", async () => {
  session.live.apply(
    {
      type: "set-source",
      id: "one" as CellId,
      source: "import time\nprint('on', flush=True)\ntime.sleep(60)",
    },
    { type: "person", label: "test" },
  );
  await press("Control+Enter");
  await page.waitForSelector('[data-cell="one"] >> text=/^on$/');
  await press("i", "i");
  await page.waitForSelector("text=KeyboardInterrupt");
  const before = session.kernelView().pid;
  await press("0", "0");
  await page.getByRole("dialog").getByRole("button", { name: "Restart" }).click();
  await expect
    .poll(() => session.kernelView().pid !== before && session.kernelView().state, { timeout: 20_000 })
    .toBe("idle");
});

test("Tab completes from the kernel, Shift-Tab tells what a name is, both beside a busy cell", async () => {
  await session.startKernel();
  session.live.apply(
    {
      type: "set-source",
      id: "one" as CellId,
      source: "import time\nnumbers = [1]\nprint('on', flush=True)\ntime.sleep(20)",
    },
    { type: "person", label: "test" },
  );
  await press("Control+Enter");
  await page.waitForSelector('[data-cell="one"] >> text=/^on$/');
  await press("j", "Enter");
  await page.waitForSelector('[data-cell="two"] .cm-content');
  await press("Control+a");
  await page.keyboard.type("numb");
  await press("Tab");
  await page.waitForSelector(".cm-tooltip-autocomplete >> text=numbers");
  await press("Enter");
  await becomes(
    "code:import time\nnumbers = [1]\nprint('on', flush=True)\ntime.sleep(20) | code:numbers | markdown:three",
  );
  await press("Shift+Tab");
  await page.waitForSelector(".cm-inspection >> text=list");
  await press("Escape");
  expect(await page.locator(".cm-inspection").count()).toBe(0);
  expect(await page.locator(".cm-content").count()).toBe(1);
});

test("Tab indents at the beginning of a line", async () => {
  await press("Enter");
  await page.waitForSelector(".cm-content");
  await press("Tab");
  await becomes("code:    1 | code:2 | markdown:three");
  await press("Home", "Shift+Tab");
  await becomes("code:1 | code:2 | markdown:three");
});

test("Ctrl-Shift-C finds every command by name, ? shows the keys, and single letters can be switched off", async () => {
  await press("Control+Shift+C");
  await page.getByRole("combobox", { name: "Find a command" }).fill("insert below");
  await press("Enter");
  await becomes("code:1 | code: | code:2 | markdown:three");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await press("?");
  await page.getByLabel("Single letters are commands").uncheck();
  await press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await press("d", "d", "x");
  await press("Control+Shift+ArrowUp");
  await becomes("code: | code:1 | code:2 | markdown:three");
});
