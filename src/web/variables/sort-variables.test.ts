import { expect, test } from "vitest";
import type { KernelVariable } from "../../kernel/variables/read-variables.ts";
import { changedNames, type ListChoice, listed, shapeText } from "./sort-variables.ts";

const one = (name: string, more: Partial<KernelVariable> = {}): KernelVariable => ({
  ...{ name, type: "int", sort: "value", shape: null, bytes: 28, value: "1" },
  ...more,
});
const all = [
  one("x10"),
  one("x9", { bytes: 4000, type: "numpy.ndarray", shape: [10, 100], value: "float32 [0.0, …]" }),
  one("train", { sort: "function", type: "function", value: "train(model)" }),
];
const names = (choice: Partial<ListChoice>) =>
  listed(all, { filter: "", key: "name", descending: false, all: false, ...choice }).map(({ name }) => name);

test("sorted by name, type or size, in both directions", () => {
  expect(names({})).toEqual(["x9", "x10"]);
  expect(names({ key: "size" })).toEqual(["x10", "x9"]);
  expect(names({ key: "size", descending: true })).toEqual(["x9", "x10"]);
  expect(names({ key: "type", descending: true, all: true })).toEqual(["x9", "x10", "train"]);
});

test("filtered by words of name, type and value", () => {
  expect(names({ filter: "ARRAY x" })).toEqual(["x9"]);
  expect(names({ filter: "train" })).toEqual([]);
  expect(names({ filter: "train", all: true })).toEqual(["train"]);
});

test("sides as they are read, and what changed", () => {
  expect([shapeText([1000, 4]), shapeText([7]), shapeText([]), shapeText(null)]).toEqual([
    "1,000 × 4",
    "7",
    "scalar",
    "",
  ]);
  expect(changedNames(null, all)).toEqual(new Set());
  const now = [one("x10", { value: "2" }), ...all.slice(1), one("new")];
  expect(changedNames(all, now)).toEqual(new Set(["x10", "new"]));
});
