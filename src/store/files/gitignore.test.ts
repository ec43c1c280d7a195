import { expect, test } from "vitest";
import { isIgnored, parseIgnore } from "./gitignore.ts";

const ignored = (text: string, path: string, isFolder = false): boolean =>
  isIgnored([{ folder: "", rules: parseIgnore(text) }], path, isFolder);

test.each([
  ["*.log", "a/b.log", false, true],
  ["*.log", "a/b.logs", false, false],
  ["build/", "a/build", true, true],
  ["build/", "a/build", false, false],
  ["/build", "a/build", true, false],
  ["/build", "build", true, true],
  ["a/*.txt", "a/b.txt", false, true],
  ["a/*.txt", "a/c/b.txt", false, false],
  ["a/**/z", "a/z", false, true],
  ["a/**/z", "a/b/c/z", false, true],
  ["**/cache", "x/y/cache", true, true],
  ["data[0-9].csv", "data7.csv", false, true],
  ["*.log\n!keep.log", "keep.log", false, false],
  ["# a\n\n\\#b", "#b", false, true],
  ["a.c", "axc", false, false],
])("%j and %s", (text, path, isFolder, expected) => {
  expect(ignored(text, path, isFolder)).toBe(expected);
});

test("rules of a folder further down count there, and come later", () => {
  const levels = [
    { folder: "", rules: parseIgnore("*.csv") },
    { folder: "keep", rules: parseIgnore("!*.csv\n/tmp") },
  ];
  expect(isIgnored(levels, "keep/a.csv", false)).toBe(false);
  expect(isIgnored(levels, "a.csv", false)).toBe(true);
  expect(isIgnored(levels, "keep/tmp", true)).toBe(true);
});
