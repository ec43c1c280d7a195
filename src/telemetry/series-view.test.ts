import fc from "fast-check";
import { expect, test } from "vitest";
import { Stretches } from "./series-view.ts";

test("never more places than were asked for, whatever the counts divide to, and no extreme is lost", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8_000 }),
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 3 }),
      (length, places, count) => {
        const stretches = new Stretches();
        for (let x = 0; x < length; x++) stretches.push(x, count, x === 7 ? -9 : 0, x === 7 ? 9 : 1, 0, 0);
        const view = stretches.view({ name: "loss", axis: "step" }, places, 1);
        expect(view.x.length).toBeLessThanOrEqual(places);
        expect(view.total).toBe(length * count);
        if (length > 7) expect([Math.min(...view.min), Math.max(...view.max)]).toEqual([-9, 9]);
      },
    ),
    { examples: [[6158, 500, 1]] },
  );
});
