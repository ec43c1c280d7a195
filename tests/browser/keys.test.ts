/**
 * Every key of the list, pressed in the browser, each by what it does. One page for all; before each key the notebook
 * has the same three cells again. A command with a key that is not in a table fails.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EDITOR_KEYS, type EditorKeyId } from "../../src/web/editor/editor-keys.ts";
import { COMMANDS } from "../../src/web/notebook/commands.ts";
import {
  codeCell,
  notebookOf,
  openBrowser,
  rootFolder,
  type ServedFolder,
  serveNotebooks,
} from "./browser-support.ts";
import { editorCases } from "./editor-key-cases.ts";
import { commandCases } from "./key-cases.ts";
import { type KeyBench, type KeyCase, openKeyBench } from "./keys-support.ts";

let browser: Browser;
let served: ServedFolder;
let bench: KeyBench;
let cases: Readonly<Record<string, KeyCase>>;
let editor: Readonly<Record<EditorKeyId, KeyCase>>;

beforeAll(async () => {
  browser = await openBrowser();
  served = await serveNotebooks({ "keys.ipynb": notebookOf([codeCell("first", "1")]) });
  bench = await openKeyBench(browser, served, "keys.ipynb");
  cases = commandCases(bench);
  editor = editorCases(bench);
});
afterAll(async () => {
  const { errors } = bench.opened;
  // What the kernel does not answer in time is told where it was asked.
  expect(errors.filter((text) => !text.startsWith("Failed to load resource"))).toEqual([]);
  await bench.opened.context.close();
  await served.close();
  await browser.close();
});
beforeEach(() => bench.begin());

/** Keys that are tested where what they open or steer is. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  comment: "comments.test.ts",
  "to-running": "run-control.test.ts",
  "to-question": "questions.test.ts",
  "fold-section": "folding.test.ts",
  "unfold-section": "folding.test.ts",
  "fold-all-sections": "folding.test.ts",
  "unfold-all-sections": "folding.test.ts",
  "toggle-outputs": "folding.test.ts",
  "scroll-outputs": "folding.test.ts",
  contents: "contents.test.ts",
  jump: "contents.test.ts",
  reader: "reader.test.ts",
  print: "reader.test.ts",
  replace: "search.test.ts",
  follow: "run-control.test.ts",
  pause: "run-control.test.ts",
  step: "run-control.test.ts",
  "rerun-from": "run-control.test.ts",
  stop: "run-control.test.ts",
  approve: "run-control.test.ts",
  refuse: "run-control.test.ts",
  interrupt: "keyboard.test.ts",
};

const hasText = (file: string, keys: string): boolean => {
  const text = readFileSync(join(rootFolder, "tests/browser", file), "utf8");
  return keys.split(" ").every((key) => text.includes(`"${key.replace("Ctrl", "Control")}"`));
};

test("every command that has a key is in the table", () => {
  const untested = COMMANDS.filter(({ keys }) => keys.length > 0)
    .filter(({ id }) => !(id in cases))
    .filter(({ id, keys }) => !keys.some((key) => ELSEWHERE[id] !== undefined && hasText(ELSEWHERE[id], key)))
    .map(({ id }) => id);
  expect(untested).toEqual([]);
});

test("no key means two things in one mode", () => {
  for (const mode of ["command", "edit"] as const) {
    const keys = COMMANDS.filter((command) => command.mode === "any" || command.mode === mode).flatMap(
      (command) => command.keys,
    );
    const all = mode === "edit" ? [...keys, ...EDITOR_KEYS.flatMap((entry) => entry.keys)] : keys;
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  }
});

describe("commands", () => {
  const rows = COMMANDS.flatMap(({ id, label, keys }) => keys.map((key) => [key, label, id] as const)).filter(
    ([, , id]) => !(id in ELSEWHERE),
  );
  test.each(rows)("%s: %s", async (key, _label, id) => {
    await cases[id]?.(key);
  });
});

describe("the editor", () => {
  const rows = EDITOR_KEYS.flatMap(({ id, label, keys }) => keys.map((key) => [key, label, id] as const));
  test.each(rows)("%s: %s", async (key, _label, id) => {
    await editor[id](key);
  });
});
