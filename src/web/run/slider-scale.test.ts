import fc from "fast-check";
import { expect, test } from "vitest";
import { PLACES, placeOf, type Range, valueAt } from "./slider-scale.ts";

const ranges: readonly Range[] = [
  { min: 0.0001, max: 1 },
  { min: 0, max: 1 },
  { min: -5, max: 5 },
  { min: 1, max: 100 },
  { min: 8, max: 65_536 },
];
const place = fc.integer({ min: 0, max: PLACES });

test.each(ranges)("the ends of $min … $max are exact, and every place is inside", (range) => {
  expect([valueAt(0, range, false), valueAt(PLACES, range, false)]).toEqual([range.min, range.max]);
  expect([placeOf(range.min, range), placeOf(range.max, range)]).toEqual([0, PLACES]);
  fc.assert(
    fc.property(place, place, fc.boolean(), (a, b, whole) => {
      const [low, high] = [valueAt(Math.min(a, b), range, whole), valueAt(Math.max(a, b), range, whole)];
      expect(low).toBeLessThanOrEqual(high);
      for (const value of [low, high]) {
        expect(value).toBeGreaterThanOrEqual(range.min);
        expect(value).toBeLessThanOrEqual(range.max);
      }
    }),
  );
});

test.each(ranges)("a value of $min … $max stands where its place is, nearly", (range) => {
  fc.assert(
    fc.property(place, (at) => {
      // Two digits of a power are some places wide.
      expect(Math.abs(placeOf(valueAt(at, range, false), range) - at)).toBeLessThanOrEqual(8);
    }),
  );
});

test("a learning rate is set in steps that one can say", () => {
  const range = { min: 0.0001, max: 1 };
  expect(valueAt(placeOf(0.003, range), range, false)).toBe(0.003);
  expect(valueAt(500, range, false)).toBe(0.01);
});

test("what is no number stands at the beginning", () => {
  expect(placeOf(Number.NaN, { min: 0, max: 1 })).toBe(0);
  expect(placeOf(7, { min: 0, max: 1 })).toBe(PLACES);
});
