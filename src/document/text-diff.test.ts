import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { replaceText, smallestChange } from "./text-diff.ts";

test("applying the change gives the text after", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (before, after) => {
      const text = new Y.Doc().getText();
      text.insert(0, before);
      replaceText(text, after);
      expect(text.toString()).toBe(after);
    }),
  );
});

test("the change never splits a surrogate pair", () => {
  expect(smallestChange("a😀b", "a😁b")).toEqual({ from: 1, deleted: 2, inserted: "😁" });
  expect(smallestChange("x😀", "x🀀")).toEqual({ from: 1, deleted: 2, inserted: "🀀" });
});

test("equal texts need no change, and only what differs is replaced", () => {
  expect(smallestChange("lr = 0.1", "lr = 0.1")).toBeNull();
  expect(smallestChange("lr = 0.1", "lr = 0.05")).toEqual({ from: 7, deleted: 1, inserted: "05" });
});
