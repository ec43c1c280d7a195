import { expect, test } from "vitest";
import { freeName, notebookName } from "./notebook-name.ts";

test("a free name is proposed", () => {
  expect(freeName([])).toBe("Untitled.ipynb");
  expect(freeName(["untitled.ipynb", "Untitled 2.ipynb"])).toBe("Untitled 3.ipynb");
});

test("a typed name gets its ending, and is refused with a reason", () => {
  expect(notebookName(" digits ", [])).toEqual({ ok: true, name: "digits.ipynb" });
  expect(notebookName("digits.ipynb", ["Digits.ipynb"])).toEqual({
    ok: false,
    message: "There is a digits.ipynb already.",
  });
  expect(
    [notebookName("a/b", []), notebookName("  ", []), notebookName(".x", [])].map((name) => name.ok),
  ).toEqual([false, false, false]);
});
