import { expect, test } from "vitest";
import { initials } from "./names.ts";

test.each([
  ["Ana", "person", "AN"],
  ["Ana Alves Costa", "person", "AA"],
  ["train-digits", "pipeline", "td"],
  ["digits", "pipeline", "di"],
  ["李明", "person", "李明"],
  ["", "person", "?"],
] as const)("the mark of %s (%s) is %s", (name, kind, mark) => {
  expect(initials(name, kind)).toBe(mark);
});
