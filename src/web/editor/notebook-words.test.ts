import { expect, test } from "vitest";
import { nearestFirst, wordsLike } from "./notebook-words.ts";

test("names that begin alike, each once, the nearest first", () => {
  expect(wordsLike("num", ["number = numbers", "Numeric + number", "un.num"])).toEqual([
    "number",
    "numbers",
    "Numeric",
  ]);
  expect(wordsLike("größ", ["größe = 1"])).toEqual(["größe"]);
  expect(wordsLike("x", ["x xy xyz"])).toEqual(["xyz"]);
});

test("cells from the middle on", () => {
  expect([...nearestFirst(["a", "b", "c", "d"], 1)]).toEqual(["b", "a", "c", "d"]);
  expect([...nearestFirst(["a", "b"], -1)]).toEqual(["a", "b"]);
  expect([...nearestFirst([], 0)]).toEqual([]);
});
