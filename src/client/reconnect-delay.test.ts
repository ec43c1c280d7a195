import fc from "fast-check";
import { expect, test } from "vitest";
import { reconnectDelayMs } from "./reconnect-delay.ts";

test("doubles up to ten seconds", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1_000].map((attempt) => reconnectDelayMs(attempt, 1))).toEqual([
    250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

test("is spread over the upper half", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const delay = reconnectDelayMs(attempt, random);
        const whole = reconnectDelayMs(attempt, 1);
        expect(delay).toBeGreaterThanOrEqual(whole / 2);
        expect(delay).toBeLessThanOrEqual(whole);
      },
    ),
  );
});
