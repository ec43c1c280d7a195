import fc from "fast-check";
import { expect, test } from "vitest";
import { foldLines, SHOWN_WHOLE } from "./folded-lines.ts";

test("a short text is whole, a long one has its beginning and its end", () => {
  expect(foldLines(SHOWN_WHOLE, 0)).toEqual({ head: SHOWN_WHOLE, hidden: 0, tail: 0 });
  expect(foldLines(100, 0)).toEqual({ head: 10, hidden: 70, tail: 20 });
  expect(foldLines(100, 5000)).toEqual({ head: 100, hidden: 0, tail: 0 });
});

test("every line is either shown or counted", () => {
  fc.assert(
    fc.property(fc.nat(20_000), fc.nat(20_000), (count, revealed) => {
      const { head, hidden, tail } = foldLines(count, revealed);
      expect(head + hidden + tail).toBe(count);
    }),
  );
});
