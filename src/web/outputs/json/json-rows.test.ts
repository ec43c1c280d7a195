import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonValue } from "../../../nbformat/notebook.ts";
import { foundIn, isRounded, jsonRows, keyOf, opened, pathText, revealing } from "./json-rows.ts";

const NOTHING = { open: new Set<string>(), listed: new Map<string, number>() };

test("only what is open has rows", () => {
  const value = { a: [1, { b: 2 }], c: "x" };
  expect(jsonRows(value, NOTHING)).toHaveLength(1);
  const rows = jsonRows(value, { ...NOTHING, open: opened(value, 2) });
  expect(rows.map(({ path, size, at, of }) => [pathText(path), size, at, of])).toEqual([
    ["", 2, 0, 1],
    ['["a"]', 2, 0, 2],
    ['["a"][0]', null, 0, 2],
    ['["a"][1]', 1, 1, 2],
    ['["c"]', null, 1, 2],
  ]);
});

test("of very many members a page is listed, and what is found beyond it is revealed", () => {
  const value = Array.from({ length: 5_000 }, (_, at) => `item ${at}`);
  const rows = jsonRows(value, { ...NOTHING, open: new Set([keyOf([])]) });
  expect(rows).toHaveLength(1_002);
  expect(rows.at(-1)?.more).toBe(4_000);
  const [path] = foundIn(value, "ITEM 3456");
  expect(path).toEqual([3456]);
  const shown = jsonRows(value, revealing(value, path ?? [], NOTHING));
  expect(shown.some(({ key }) => key === keyOf([3456]))).toBe(true);
});

test("a big value is searched and walked in little time", () => {
  const value = Array.from({ length: 100_000 }, (_, at) => ({
    id: at,
    name: `name ${at}`,
    tags: ["a", "b"],
  }));
  const beganMs = performance.now();
  expect(foundIn(value, "name 99999")).toEqual([[99_999, "name"]]);
  expect(opened(value, 5).size).toBe(20_000);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
});

test("whatever is found is a row once it is revealed", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ minLength: 1, maxLength: 2 }), (json, text) => {
      const value = json as JsonValue;
      for (const path of foundIn(value, text).slice(0, 5)) {
        const rows = jsonRows(value, revealing(value, path, NOTHING));
        expect(rows.filter(({ key }) => key === keyOf(path))).toHaveLength(1);
      }
    }),
  );
});

test("whole numbers beyond what is exact are known", () => {
  expect([2 ** 53, 2 ** 53 - 1, 1e300, 0.5].map(isRounded)).toEqual([true, false, true, false]);
});
