import fc from "fast-check";
import { expect, test } from "vitest";
import { toCodePoints, toUnits } from "./code-points.ts";

test("a letter beyond the basic plane is two units and one point", () => {
  expect([toCodePoints("a😀b", 3), toUnits("a😀b", 2)]).toEqual([2, 3]);
});

test("there and back is where one was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(30), (text, at) => {
      const points = Math.min(at, [...text].length);
      expect(toCodePoints(text, toUnits(text, points))).toBe(points);
    }),
  );
});
