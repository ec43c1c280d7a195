import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cutForFile,
  cutLine,
  DEFAULT_FILE_LIMIT,
  headOf,
  NO_FILE_LIMIT,
  readFileLimit,
  tailOf,
} from "./file-cut.ts";

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index}\n`).join("");

test("a log under the limit is whole", () => {
  const text = numbered(10_000);
  expect(cutForFile(text, DEFAULT_FILE_LIMIT)).toBe(text);
});

test("a longer one has its beginning and its end, and says how much is left out between", () => {
  const cut = cutForFile(numbered(1_000_000), { lines: 4, bytes: 1_000_000 }).split("\n");
  expect(cut.slice(0, 2)).toEqual(["line 0", "line 1"]);
  expect(cut[2]).toMatch(/^\[Loopbook: 999,996 lines \(12 MB\) left out here\. .*loopbook open.*\]$/);
  expect(cut.slice(3)).toEqual(["line 999998", "line 999999", ""]);
});

test("few lines that are very long are cut by their size", () => {
  const cut = cutForFile(`${"a".repeat(5_000)}${"é".repeat(5_000)}`, { lines: 100, bytes: 2_000 });
  expect(cut.split("\n")).toEqual([
    "a".repeat(1_000),
    expect.stringMatching(/^\[Loopbook: .* left out here/),
    "é".repeat(500),
  ]);
});

const lines = fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { maxLength: 60 });
const limit = fc.record({ lines: fc.integer({ min: 2, max: 30 }), bytes: fc.integer({ min: 20, max: 400 }) });

test("beginning and end are the text's own, and stay under the limit", () => {
  fc.assert(
    fc.property(lines, limit, (all, most) => {
      const text = all.map((line) => line.replaceAll("\n", "")).join("\n");
      const tail = tailOf(text, most);
      expect(text.endsWith(tail)).toBe(true);
      expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(most.bytes);
      const head = headOf(text, most);
      const isWhole = text.startsWith(head);
      expect(isWhole || text.startsWith(head.slice(0, -1))).toBe(true);
      expect(Buffer.byteLength(head)).toBeLessThanOrEqual(most.bytes + 1);
      expect(head.split("\n").length - 1).toBeLessThanOrEqual(most.lines);
    }),
  );
});

test("a limit is read as people write it", () => {
  const all = Number.POSITIVE_INFINITY;
  expect(readFileLimit("20000")).toEqual({ lines: 20_000, bytes: all });
  expect(readFileLimit("5MB")).toEqual({ lines: all, bytes: 5_000_000 });
  expect(readFileLimit("500, 20 kB")).toEqual({ lines: 500, bytes: 20_000 });
  expect(readFileLimit("none")).toEqual(NO_FILE_LIMIT);
  for (const wrong of ["", "much", "-5", "1", "5TB", "10,"]) expect(readFileLimit(wrong)).toBeNull();
});

test("the line between says where the rest is, or that it is nowhere", () => {
  expect(cutLine({ lines: 1, bytes: 80 })).toMatch(
    /^\[Loopbook: 1 line \(80 bytes\) left out here\. .*loopbook open/,
  );
  expect(cutLine({ lines: 0, bytes: 5_000_000 }, false)).toMatch(
    /^\[Loopbook: 5,000 kB left out here\. .*kept nowhere/,
  );
});
