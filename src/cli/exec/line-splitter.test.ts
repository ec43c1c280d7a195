import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

const lines = (...chunks: readonly string[]): readonly string[] => {
  const splitter = new LineSplitter();
  const found = chunks.flatMap((chunk) => splitter.push(new TextEncoder().encode(chunk)));
  return [...found, ...splitter.end()];
};

test("a line that was redrawn is what stood there last", () => {
  expect(lines("10%\r20%\r", "30%\rdone\n", "next\r\n", "open")).toEqual(["done", "next", "open"]);
});

test("colours are left out", () => {
  expect(lines("\u001b[31mred\u001b[0m and \u001b]8;;http://a\u0007link\u001b]8;;\u0007\n")).toEqual([
    "red and link",
  ]);
});

test("however it is cut, the lines are the same", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc
          .string({ unit: "grapheme", maxLength: 20 })
          .map((text) => text.replace(/[\r\n]/g, "x").replaceAll("\u001b", "x")),
      ),
      fc.integer({ min: 1, max: 5 }),
      (texts, size) => {
        const splitter = new LineSplitter();
        const bytes = new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
        const found: string[] = [];
        for (let at = 0; at < bytes.length; at += size)
          found.push(...splitter.push(bytes.subarray(at, at + size)));
        expect([...found, ...splitter.end()]).toEqual(texts);
      },
    ),
  );
});

test("a line without an end does not grow for ever", () => {
  const splitter = new LineSplitter();
  const part = new TextEncoder().encode("x".repeat(100_000));
  const found = Array.from({ length: 5 }, () => splitter.push(part)).flat();
  expect(found.every((line) => line.length <= 65_536)).toBe(true);
  expect([...found, ...splitter.end()].join("").length).toBe(500_000);
});
