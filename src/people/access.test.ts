import { expect, test } from "vitest";
import { type Action, OWNER_RIGHTS, permits, VIEWER_RIGHTS } from "./access.ts";
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
