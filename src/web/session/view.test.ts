import { expect, test } from "vitest";
import { searchOf, viewOf } from "./view.ts";

test("a view is what its address says, and the other way round", () => {
  for (const search of ["", "?view=reader", "?view=reader&code=folded", "?view=reader&code=hidden"])
    expect(searchOf(viewOf(search))).toBe(search);
  expect(viewOf("?view=reader&code=nonsense")).toEqual({ isReader: true, code: "shown", isPrinting: false });
  expect(viewOf("?code=hidden&view=other").isReader).toBe(false);
});
