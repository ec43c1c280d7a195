import { describe, expect, test } from "vitest";
import { cellTitle, lastOutputLine } from "./cell-title.ts";
import { loadColumns } from "./columns.ts";
import { cutTo, durationText, lastVisibleLine, plainText, printableText } from "./text.ts";

test.each([
  [0, "0.0 s"],
  [9_949, "9.9 s"],
  [12_400, "12 s"],
  [59_600, "1 min 00 s"],
  [185_000, "3 min 05 s"],
  [7_620_000, "2 h 07 min"],
])("%d ms are %s", (ms, text) => expect(durationText(ms)).toBe(text));

test("the last visible line heeds carriage returns and drops colours", () => {
  expect(lastVisibleLine("a\n\u001B[31m 10%\r 50%\r100%\u001B[0m\r\n\n")).toBe("100%");
});

test("an output cannot retitle the terminal or move its cursor, but may be coloured", () => {
  const hostile = "\u001B]0;title\u0007\u001B[2J\u001B[31mred\u001B[0m\u0007";
  expect(printableText(hostile)).toBe("\u001B[31mred\u001B[0m");
  expect(plainText(hostile)).toBe("red");
});

test("cutting counts columns, not characters", async () => {
  await loadColumns();
  expect(cutTo("日本語テキスト", 7)).toBe("日本語…");
  expect(cutTo("abc", 3)).toBe("abc");
});

describe("a cell's title", () => {
  const code = (source: string, metadata = {}) => ({ cellType: "code", source, metadata });
  test("is the heading before it", () => {
    expect(
      cellTitle(code("x = 1"), { cellType: "markdown", source: "text\n## Train *fast*\n", metadata: {} }),
    ).toBe("Train fast");
  });
  test("else its name, its comment, its first line", () => {
    expect(cellTitle(code("x = 1", { name: "prep" }), undefined)).toBe("prep");
    expect(cellTitle(code("\n# load the data\nx = 1"), undefined)).toBe("load the data");
    expect(cellTitle(code("x = 1\ny = 2"), undefined)).toBe("x = 1");
    expect(cellTitle(code("#%% cell"), undefined)).toBe("#%% cell");
    expect(cellTitle(code(""), undefined)).toBe("(empty)");
  });
});

test("the last line of outputs", () => {
  const data = (bundle: Record<string, string>) =>
    ({ output_type: "display_data", data: bundle, metadata: {} }) as const;
  expect(lastOutputLine([])).toBe("");
  expect(lastOutputLine([{ output_type: "stream", name: "stdout", text: "one\ntwo\n" }])).toBe("two");
  expect(lastOutputLine([data({ "image/png": "", "text/plain": "<Figure>" })])).toBe("[image/png]");
});
