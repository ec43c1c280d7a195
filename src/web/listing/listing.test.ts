import { expect, test } from "vitest";
import { entryPath } from "./entry-name.ts";
import { fuzzyFind } from "./fuzzy.ts";
import { type Entry, nextOrder, sortEntries } from "./listing-order.ts";
import { TEMPLATES } from "./template-names.ts";
import { templateNotebook } from "./templates.ts";

const entry = (name: string, more: Partial<Entry> = {}): Entry => ({
  name,
  path: name,
  type: "file",
  modifiedAtMs: 0,
  sizeBytes: 0,
  runStatus: null,
  ...more,
});

test("folders stay first; dates and sizes begin with the most, and a second press turns them", () => {
  const entries = [
    entry("b10.csv", { sizeBytes: 1, modifiedAtMs: 3 }),
    entry("b9.csv", { sizeBytes: 3, modifiedAtMs: 1 }),
    entry("z", { type: "folder", modifiedAtMs: 2 }),
  ];
  const names = (order: Parameters<typeof sortEntries>[1]) =>
    sortEntries(entries, order).map(({ name }) => name);
  let order = { key: "name", descending: false } as Parameters<typeof sortEntries>[1];
  expect(names(order)).toEqual(["z", "b9.csv", "b10.csv"]);
  order = nextOrder(order, "name");
  expect(names(order)).toEqual(["z", "b10.csv", "b9.csv"]);
  order = nextOrder(order, "size");
  expect(names(order)).toEqual(["z", "b9.csv", "b10.csv"]);
  expect(names(nextOrder(order, "modified"))).toEqual(["z", "b10.csv", "b9.csv"]);
});

test("letters are found in order; a name comes before a path, a beginning before a middle", () => {
  const paths = [
    "data/train.csv",
    "train.ipynb",
    "old/constrained.ipynb",
    "trace/readme.md",
    "t-r-a-i-n.txt",
  ];
  expect(fuzzyFind(paths, "train", 9).map(({ path }) => path)).toEqual([
    "train.ipynb",
    "data/train.csv",
    "old/constrained.ipynb",
    "t-r-a-i-n.txt",
  ]);
  expect(fuzzyFind(paths, "old ip", 9).map(({ path }) => path)).toEqual(["old/constrained.ipynb"]);
  expect(fuzzyFind(["abc"], "ac", 9)[0]?.at).toEqual([0, 2]);
  expect(fuzzyFind(paths, "xyz", 9)).toEqual([]);
  expect(fuzzyFind(paths, " ", 9)).toEqual([]);
});

test("a name of any file is taken as it is; what no file system takes is refused", () => {
  expect(entryPath("b.csv", "a")).toEqual({ ok: true, path: "a/b.csv" });
  expect(entryPath("/b.csv", "a")).toEqual({ ok: true, path: "b.csv" });
  expect(entryPath("sub/b.csv", "a")).toEqual({ ok: true, path: "a/sub/b.csv" });
  for (const bad of ["", "..", "../x", "a//b", "a\\b", "a:b", "/"])
    expect([bad, entryPath(bad, "a").ok]).toEqual([bad, false]);
});

test("each template is a whole notebook", () => {
  for (const { id } of TEMPLATES) {
    const { cells, nbformat } = templateNotebook(id, {
      name: "python3",
      displayName: "Python 3",
      language: "python",
    });
    expect(nbformat).toBe(4);
    expect(new Set(cells.map((cell) => cell.id)).size).toBe(cells.length);
  }
  const tags = (id: string) => templateNotebook(id, null).cells.flatMap((cell) => cell.metadata.tags ?? []);
  expect(tags("pipeline")).toContain("parameters");
  expect(tags("evaluation")).toEqual(["parameters", "hold"]);
});
