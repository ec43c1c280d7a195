import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeptPositions } from "./kept-positions.ts";

describe("what of a kernel's words is kept elsewhere", () => {
  test("everything, when nothing runs", () => {
    expect(new KeptPositions().safe("h", 12)).toBe(12);
  });

  test("not what an execution said that has not ended, or whose end is not recorded", () => {
    const kept = new KeptPositions();
    kept.began("a", "h", 5, true);
    kept.began("b", "h", 9, false);
    expect(kept.safe("h", 20)).toBe(5);
    kept.ended("a");
    expect(kept.safe("h", 20)).toBe(5);
    kept.confirmed("a");
    expect(kept.safe("h", 20)).toBe(9);
    kept.ended("b");
    expect(kept.safe("h", 20)).toBe(20);
  });

  test("of a kernel that is gone nothing holds it back", () => {
    const kept = new KeptPositions();
    kept.began("a", "old", 5, true);
    expect(kept.safe("new", 3)).toBe(3);
  });

  test("in any order, never more than the oldest open execution, and all of it in the end", () => {
    const what = fc.record({ id: fc.integer({ min: 0, max: 5 }), what: fc.constantFrom("end", "confirm") });
    fc.assert(
      fc.property(fc.array(what), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (steps, waits) => {
        const kept = new KeptPositions();
        const open = new Map(waits.map((wait, id) => [id, new Set(wait ? ["end", "confirm"] : ["end"])]));
        for (const [id, wait] of waits.entries()) kept.began(String(id), "h", id * 10, wait);
        for (const { id, what: does } of steps) {
          if (does === "end") kept.ended(String(id));
          else kept.confirmed(String(id));
          open.get(id)?.delete(does);
          const oldest = [...open].find(([, missing]) => missing.size > 0)?.[0];
          expect(kept.safe("h", 100)).toBe(oldest === undefined ? 100 : oldest * 10);
        }
      }),
    );
  });
});
