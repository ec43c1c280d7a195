import fc from "fast-check";
import { expect, test } from "vitest";
import { type Action, covers, leadsTo, OWNER_RIGHTS, permits, refusalOf, VIEWER_RIGHTS } from "./access.ts";
import type { Rights } from "./party.ts";

const ACTIONS: readonly Action[] = ["look", "edit", "execute"];
const allowed = (rights: Rights): Action[] => ACTIONS.filter((action) => permits(rights, action));

test.each([
  ["owner", OWNER_RIGHTS, ["look", "edit", "execute"]],
  ["viewer", VIEWER_RIGHTS, ["look"]],
  ["editor without compute", { view: true, edit: true, execute: false }, ["look", "edit"]],
  ["somebody who may only run", { view: true, edit: false, execute: true }, ["look", "execute"]],
  ["nobody", { view: false, edit: true, execute: true }, []],
] as const)("%s may do exactly what the rights say", (_who, rights, expected) => {
  expect(allowed(rights)).toEqual(expected);
});

test.each([
  ["notebook", "/a/b.ipynb", "/a/b.ipynb", true],
  ["notebook", "/a/b.ipynb", "/a/c.ipynb", false],
  ["notebook", "/a/b.ipynb", "/a", false],
  ["notebook", "/a/b.ipynb", "/a/b.ipynb/c", false],
  ["folder", "/a", "/a", true],
  ["folder", "/a", "/a/b/c.ipynb", true],
  ["folder", "/a", "/ab/c.ipynb", false],
  ["folder", "/a", "/", false],
  ["folder", "/a", "/a/..b", true],
] as const)("a share of the %s %s covers %s: %s", (type, path, asked, expected) => {
  expect(covers({ type, path }, asked)).toBe(expected);
});

test("no scope is everything, and a notebook without a file is in no scope", () => {
  expect([covers(undefined, null), covers({ type: "folder", path: "/" }, null)]).toEqual([true, false]);
});

test("one may walk down to what is shared, and nowhere else", () => {
  const names = fc.array(fc.constantFrom("a", "b", "..c"), { maxLength: 4 });
  fc.assert(
    fc.property(names, names, (shared, asked) => {
      const path = (parts: readonly string[]): string => `/${parts.join("/")}`;
      const scope = { type: "folder", path: path(shared) } as const;
      const isBelow = shared.every((name, index) => asked[index] === name);
      const isAbove = asked.length < shared.length && asked.every((name, index) => shared[index] === name);
      expect(covers(scope, path(asked))).toBe(isBelow);
      expect(leadsTo(scope, path(asked))).toBe(isAbove);
    }),
  );
});

test("who is refused hears what they may do, and what they may not", () => {
  expect(refusalOf(VIEWER_RIGHTS, "edit")).toContain("lets you look on, not change things");
  expect(refusalOf({ view: true, edit: true, execute: false }, "execute")).toContain(
    "lets you look on and edit, not run things",
  );
});
