import { expect, test } from "vitest";
import { assignmentsOf, splitAssignments } from "./assignments.ts";

test("words before the first assignment name the notebook", () => {
  expect(splitAssignments(["nb.ipynb", "lr=0.05", "q=a=b", "e="])).toEqual({
    rest: ["nb.ipynb"],
    assignments: [
      ["lr", "0.05"],
      ["q", "a=b"],
      ["e", ""],
    ],
  });
});

test("a stray word behind an assignment is explained", () => {
  expect(() => splitAssignments(["a=[1,", "2]"])).toThrow(/Quote values/);
});

test("values are literals, never evaluated", () => {
  const { assignments } = splitAssignments([
    "a=0.05",
    "b=[64, 32]",
    "c='x'",
    "d=True",
    "e=None",
    "f={'k': 1}",
    "g=adam",
  ]);
  expect(assignmentsOf(assignments)).toEqual({
    a: 0.05,
    b: [64, 32],
    c: "x",
    d: true,
    e: null,
    f: { k: 1 },
    g: "adam",
  });
});

test("a broken literal names the parameter and exits with 2", () => {
  const broken = () => assignmentsOf([["layers", "[64, 32"]]);
  expect(broken).toThrow(/layers/);
  expect(broken).toThrow(expect.objectContaining({ exitCode: 2 }));
});
