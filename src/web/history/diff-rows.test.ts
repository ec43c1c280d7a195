import fc from "fast-check";
import { expect, test } from "vitest";
import { diffRows } from "./diff-rows.ts";

const shown = (before: string, after: string): string[] =>
  diffRows(before, after).map((row) => {
    if (row.type === "gap") return `… ${row.lines}`;
    if (row.type === "same") return `  ${row.before.number} ${row.after.number} ${row.after.text}`;
    return `- ${row.before?.text ?? ""} | + ${row.after?.text ?? ""}`;
  });

test("lines that changed stand beside what they became, with some around them", () => {
  expect(shown("a\nb\nc\nd\ne\nf\nlr = 1\n", "a\nb\nc\nd\ne\nf\nlr = 2\nn = 3\n")).toEqual([
    "… 4",
    "  5 5 e",
    "  6 6 f",
    "- lr = 1 | + lr = 2",
    "-  | + n = 3",
  ]);
});

test("what differs in a line is marked on both sides; a line with nothing in common is not", () => {
  const [row] = diffRows("rate = 0.1\n", "rate = 0.25\n");
  expect(row).toMatchObject({ before: { mark: { from: 9, to: 10 } }, after: { mark: { from: 9, to: 11 } } });
  expect(diffRows("xyz", "abc")).toMatchObject([{ before: { mark: null }, after: { mark: null } }]);
});

test("the rows hold all of both texts", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 })
    .map((lines) => lines.join("\n"));
  const lines = (of: string): number => (of === "" ? 0 : of.replace(/\n$/, "").split("\n").length);
  fc.assert(
    fc.property(text, text, (before, after) => {
      const rows = diffRows(before, after);
      const count = (side: "before" | "after"): number =>
        rows.reduce((sum, row) => sum + (row.type === "gap" ? row.lines : row[side] ? 1 : 0), 0);
      expect([count("before"), count("after")]).toEqual([lines(before), lines(after)]);
    }),
  );
});
