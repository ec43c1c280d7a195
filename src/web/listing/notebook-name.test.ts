import { expect, test } from "vitest";
import { copyName, freeName, notebookName, notebookPath } from "./notebook-name.ts";

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

test("a copy is called so, and a copy of a copy gets a number", () => {
  expect(copyName("train.ipynb")).toBe("train copy.ipynb");
  expect(copyName("train.ipynb", ["Train copy.ipynb"])).toBe("train copy 2.ipynb");
  expect(copyName("train copy.ipynb")).toBe("train copy 2.ipynb");
});

test("a new name is one in the notebook's folder, below it, or from the top", () => {
  const path = (typed: string, folder: string) => {
    const checked = notebookPath(typed, folder);
    return checked.ok ? checked.path : checked.message;
  };
  expect(path("b", "")).toBe("b.ipynb");
  expect(path("b.ipynb", "lab")).toBe("lab/b.ipynb");
  expect(path("old/b", "lab")).toBe("lab/old/b.ipynb");
  expect(path("/b", "lab")).toBe("b.ipynb");
  for (const typed of ["../b", "a//b", "a/", ".b", "", "x:/b"])
    expect(notebookPath(typed, "lab").ok).toBe(false);
});
