import { expect, test } from "vitest";
import { foldPairArguments, unfoldPair } from "./pair-arguments.ts";

const pair = (name: string, value: string) => `${name}\u0000${value}`;

test.each([
  [
    ["-p", "lr", "0.05", "out.ipynb"],
    ["-p", pair("lr", "0.05"), "out.ipynb"],
  ],
  [
    ["-p", "x", "-5"],
    ["-p", pair("x", "-5")],
  ],
  [
    ["-plr", "0.05"],
    ["-p", pair("lr", "0.05")],
  ],
  [
    ["--parameters", "a", "b"],
    ["-p", pair("a", "b")],
  ],
  [
    ["--parameters=a", "b"],
    ["-p", pair("a", "b")],
  ],
  [
    ["--parameters_raw", "a", "007"],
    ["-r", pair("a", "007")],
  ],
  [
    ["-p", "lr=0.05", "out.ipynb"],
    ["-p", pair("lr", "0.05"), "out.ipynb"],
  ],
  [
    ["-p", "q", "a=b"],
    ["-p", pair("q", "a=b")],
  ],
  [
    ["-p", "a", ""],
    ["-p", pair("a", "")],
  ],
  [
    ["--prepare-only", "-", "-"],
    ["--prepare-only", "-", "-"],
  ],
  [
    ["--", "-p", "a"],
    ["--", "-p", "a"],
  ],
])("%j folds", (argv, folded) => expect(foldPairArguments(argv)).toEqual(folded));

test("a missing value is explained", () => {
  expect(() => foldPairArguments(["-p", "lr"])).toThrow("-p lr has no value");
  expect(() => foldPairArguments(["-p"])).toThrow("needs a name and a value");
});

test("a folded word is taken apart again", () => {
  expect(unfoldPair(pair("a", "b=c"))).toEqual(["a", "b=c"]);
});
