import { expect, test } from "vitest";
import { notShown, shownForms, textOf } from "./mime.ts";

test("the richest form comes first, and text is the last resort", () => {
  expect(shownForms({ "text/plain": "x", "image/png": "aa", "text/html": "<b>x</b>" })).toEqual([
    "text/html",
    "image/png",
    "text/plain",
  ]);
});

test("what is not shown is said in one line", () => {
  expect(notShown({ "text/plain": "x" })).toBeNull();
  expect(notShown({ "application/javascript": "alert(1)" })).toBeNull();
  expect(notShown({})).toBe("An empty output.");
  expect(notShown({ "application/x-strange": "" })).toBe(
    "This output (application/x-strange) cannot be shown here.",
  );
});

test("text written as a list of lines is one text", () => {
  expect([textOf(["a\n", "b"]), textOf("c"), textOf(undefined), textOf({ a: 1 })]).toEqual([
    "a\nb",
    "c",
    "",
    '{"a":1}',
  ]);
});
