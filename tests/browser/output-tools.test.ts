/** What can be done with one output: copied, kept as a file, shown in another form, opened alone, folded. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JsonValue, Output } from "../../src/nbformat/notebook.ts";
import type { CellId } from "../../src/util/ids.ts";
import { axeFindings } from "./axe-support.ts";
import {
  codeCell,
  notebookOf,
  type OpenPage,
  openBrowser,
  openPage,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { eventually } from "./eventually.ts";

let browser: Browser;
let served: ServedFolder;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({
    "runs/train.ipynb": notebookOf([codeCell("text", "1"), codeCell("both", "2"), codeCell("log", "3")]),
  });
  opened = await openPage(browser, served, "runs/train.ipynb", {
    permissions: ["clipboard-read", "clipboard-write"],
    bypassCSP: true,
  });
  page = opened.page;
  write("text", { output_type: "stream", name: "stdout", text: "\u001b[31mred\u001b[0m line\nsecond" });
  write(
    "both",
    display({ "text/html": "<b>bold</b> move", "text/plain": "plain move", "application/json": { a: [1] } }),
  );
  write("log", { output_type: "stream", name: "stdout", text: `${"x".repeat(90)}\n`.repeat(3_000) });
  await page.locator('[data-cell="both"] b').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const cell = (id: string): Locator => page.locator(`[data-cell="${id}"]`);
const display = (data: Record<string, JsonValue>): Output => ({
  output_type: "display_data",
  data,
  metadata: {},
});

function write(id: string, output: Output): void {
  served.host
    .notebooks()[0]
    ?.live.write([{ type: "append-output", id: id as CellId, output }], { type: "run", label: "test" });
}

async function choose(id: string, item: string): Promise<void> {
  await cell(id).focus();
  const tools = cell(id).getByRole("button", { name: "Output 1: copy, save, open alone" });
  await tools.focus();
  await page.keyboard.press("Enter");
  await page
    .getByRole("menuitem", { name: item })
    .or(page.getByRole("menuitemradio", { name: item }))
    .press("Enter");
}

const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

async function saved(id: string): Promise<{ readonly name: string; readonly text: string }> {
  const download = page.waitForEvent("download");
  await choose(id, "Save as a file");
  const file = await download;
  const chunks: Buffer[] = [];
  for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer);
  return { name: file.suggestedFilename(), text: Buffer.concat(chunks).toString() };
}

test("the tools are there for the chosen cell and under the pointer, and nowhere else", async () => {
  await cell("both").focus();
  await cell("both")
    .getByRole("button", { name: /^Output 1/ })
    .waitFor();
  expect(
    await cell("text")
      .getByRole("button", { name: /^Output 1/ })
      .count(),
  ).toBe(0);
  await cell("text").getByText("second").hover();
  await cell("text")
    .getByRole("button", { name: /^Output 1/ })
    .waitFor();
});

test("by keys alone an output is copied as text, and kept as a file with a name of its own", async () => {
  await choose("text", "Copy");
  await page.getByText("The text is copied.").waitFor();
  expect(await clipboard()).toBe("red line\nsecond");
  expect(await saved("text")).toEqual({ name: "train-1.txt", text: "red line\nsecond" });
  expect(await saved("both")).toEqual({ name: "train-2.json", text: '{\n  "a": [\n    1\n  ]\n}' });
  const log = await saved("log");
  expect([log.name, log.text.split("\n").length]).toEqual(["train-3.log", 3_001]);
});

test("another of its forms is shown, and stays when the cell was out of view", async () => {
  await choose("both", "Show as Plain text");
  await cell("both").getByText("plain move").waitFor();
  expect(await cell("both").locator("b").count()).toBe(0);
  await choose("both", "Show as JSON");
  await cell("both").getByRole("tree").waitFor();
  await choose("both", "Copy");
  await page.getByText("The output is copied.").waitFor();
  expect(await clipboard()).toBe('{\n  "a": [\n    1\n  ]\n}');
  await choose("both", "Show the richest form");
  await cell("both").locator("b").waitFor();
});

test("one output has a page of its own, which changes with it, and leads back", async () => {
  const popup = opened.context.waitForEvent("page");
  await choose("both", "Open alone");
  const alone = await popup;
  await alone.getByText("bold").waitFor();
  expect(new URL(alone.url()).search).toBe("?output=both%3A0");
  expect(await alone.locator("[data-cell]").count()).toBe(0);
  served.host.notebooks()[0]?.live.write(
    [
      {
        type: "replace-output",
        id: "both" as CellId,
        index: 0,
        output: display({ "text/html": "<i>newer</i>" }),
      },
    ],
    { type: "run", label: "test" },
  );
  await alone.locator("i").waitFor();
  expect(await axeFindings(alone)).toEqual([]);
  served.host
    .notebooks()[0]
    ?.live.write([{ type: "clear-outputs", id: "both" as CellId }], { type: "run", label: "test" });
  await alone.getByText("This output is not there (any more)").waitFor();
  await alone.getByRole("link", { name: "train.ipynb" }).click();
  await alone.locator('[data-cell="both"]').waitFor();
  expect(new URL(alone.url()).search).toBe("");
  await alone.close();
});

test("the outputs of a cell are folded and put into a box that scrolls, in JupyterLab's metadata", async () => {
  await choose("text", "Outputs in a box that scrolls");
  const metadata = (): unknown => served.host.notebooks()[0]?.live.cell("text" as CellId)?.metadata;
  await eventually(metadata).toEqual({ scrolled: true });
  await choose("text", "Fold the cell's outputs");
  await eventually(metadata).toEqual({ scrolled: true, collapsed: true, jupyter: { outputs_hidden: true } });
  await cell("text").getByRole("button", { name: "1 output" }).click();
  await cell("text").getByText("second").waitFor();
  expect(opened.errors).toEqual([]);
});
