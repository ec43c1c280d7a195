/** Cells between notebooks, windows and other programs, through the system's clipboard. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storedOf } from "../../src/document/output-face.ts";
import type { Cell } from "../../src/nbformat/notebook.ts";
import type { NotebookSession } from "../../src/usecases/notebook-session.ts";
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

const LONG = "a line of a long log\n".repeat(5000);
const ran: Cell = {
  id: "ran",
  cell_type: "code",
  metadata: { tags: ["parameters"] },
  source: "print('<seen>')",
  execution_count: 7,
  outputs: [{ output_type: "stream", name: "stdout", text: "<seen>\n" }],
};
const long: Cell = {
  id: "long",
  cell_type: "code",
  metadata: {},
  source: "long()",
  execution_count: 8,
  outputs: [{ output_type: "stream", name: "stdout", text: LONG }],
};
const picture: Cell = {
  id: "picture",
  cell_type: "markdown",
  metadata: {},
  source: "![dot](attachment:dot.png)",
  attachments: {
    "dot.png": {
      "image/png":
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    },
  },
};

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "from.ipynb": notebookOf([ran, picture, long]),
    "to.ipynb": notebookOf([codeCell("here", "here = 1")]),
    "text.ipynb": notebookOf([codeCell("here", "here = 1")]),
  });
});
afterAll(async () => {
  await served.close();
  await browser.close();
});

function sessionOf(name: string): NotebookSession {
  const session = served.host.notebooks().find(({ path }) => path?.endsWith(name));
  if (!session) throw new Error(`${name} is not open`);
  return session;
}

const sources = (session: NotebookSession) =>
  session.live.cellIds().map((id) => session.live.cell(id)?.source);
const pressIn = async (page: Page, ...keys: string[]) => {
  await page.bringToFront();
  for (const key of keys) await page.keyboard.press(key);
};

test("cells go to another window with tags, attachments and outputs, under new ids", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page: first, context, errors } = await openPage(browser, served, "from.ipynb", { permissions });
  const second = await context.newPage();
  await second.goto(served.server.addressOf("to.ipynb"));
  await second.waitForSelector('[data-cell="here"]');
  const session = sessionOf("to.ipynb");

  await first.locator('[data-cell="ran"]').focus();
  await pressIn(first, "Control+a", "c");
  await expect
    .poll(() => first.evaluate("navigator.clipboard.readText()"))
    .toContain("print('<seen>')\n\n![dot]");
  await second.locator('[data-cell="here"]').focus();
  await pressIn(second, "v");
  await expect
    .poll(() => sources(session))
    .toEqual(["here = 1", "print('<seen>')", "![dot](attachment:dot.png)", "long()"]);
  const [, a, b, c] = session.live.cellIds().map((id) => session.live.toCell(id));
  expect([a?.id, b?.id, c?.id].some((id) => ["ran", "picture", "long"].includes(id ?? ""))).toBe(false);
  expect(a?.metadata).toEqual({ tags: ["parameters"] });
  expect(b?.attachments).toEqual(picture.attachments);
  const results = () => session.live.cellIds().map((id) => session.live.cell(id));
  await expect.poll(() => results().map((cell) => cell?.executionCount)).toEqual([null, 7, null, 8]);
  expect(results()[1]?.outputs).toEqual(ran.outputs);
  await second.locator("text=/^<seen>$/").waitFor();
  // A long log arrives whole, and is kept in this notebook's own store.
  const whole = async () => (await session.outputs?.wholeNotebook())?.cells.at(-1)?.outputs;
  await expect.poll(whole).toEqual(long.outputs);
  const face = () => results()[3]?.outputs[0];
  const own = () => {
    const output = face();
    return output === undefined ? null : storedOf(output);
  };
  await expect.poll(own).not.toBeNull();

  // One step of undo takes all back, and they come again as they were.
  await pressIn(second, "z");
  await expect.poll(() => sources(session)).toEqual(["here = 1"]);
  await pressIn(second, "Shift+Z");
  await expect.poll(() => results().map((cell) => cell?.executionCount)).toEqual([null, 7, null, 8]);
  expect(errors).toEqual([]);
  await context.close();
});

test("the browser's own paste brings them without asking, and text of other programs is a cell", async () => {
  // No permission to read: v has to say so, Ctrl-V works.
  const { page, context } = await openPage(browser, served, "text.ipynb");
  const session = sessionOf("text.ipynb");
  const other = await context.newPage();
  await other.setContent("<textarea>x = 'from elsewhere'\ny = 2</textarea>");
  await other.locator("textarea").focus();
  await pressIn(other, "Control+a", "Control+c");
  await page.locator('[data-cell="here"]').focus();
  await pressIn(page, "Control+v");
  await expect.poll(() => sources(session)).toEqual(["here = 1", "x = 'from elsewhere'\ny = 2"]);

  const from = await context.newPage();
  await from.goto(served.server.addressOf("from.ipynb"));
  await from.locator('[data-cell="ran"]').focus();
  await pressIn(from, "Control+c");
  // It is there when another program gets it: this page may not read what it wrote.
  await expect
    .poll(async () => {
      await pressIn(other, "Control+a", "Control+v");
      return other.locator("textarea").inputValue();
    })
    .toContain("print('<seen>')");
  await page.locator('[data-cell="here"]').focus();
  await pressIn(page, "Control+v");
  await expect
    .poll(() => sources(session))
    .toEqual(["here = 1", "print('<seen>')", "x = 'from elsewhere'\ny = 2"]);
  await expect.poll(() => session.live.cell(session.live.cellIds()[1] as never)?.executionCount).toBe(7);
  // In an editor it is text.
  await page.locator(`[data-cell="${session.live.cellIds()[0]}"]`).focus();
  await pressIn(page, "Enter");
  await page.waitForSelector(".cm-content");
  await pressIn(page, "Control+a", "Control+v");
  await expect.poll(() => sources(session)[0]).toBe("print('<seen>')");
  await context.close();
});
