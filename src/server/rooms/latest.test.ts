import { expect, test } from "vitest";
import type { Clock } from "../../util/clock.ts";
import { Latest } from "./latest.ts";

/** A clock that moves when told. */
function aClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    schedule: (delayMs, callback) => {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass: (ms) => {
      const end = now + ms;
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = next.at;
        timers.delete(next);
        next.callback();
      }
      now = end;
    },
  };
}

test("the first comes at once, then the newest of each interval, and the last always", () => {
  const clock = aClock();
  const got: string[] = [];
  const latest = new Latest<string>(50, (value) => got.push(`${value}@${clock.now()}`), clock);
  latest.push("a");
  latest.push("b");
  clock.pass(20);
  latest.push("c");
  expect(got).toEqual(["a@0"]);
  clock.pass(30);
  expect(got).toEqual(["a@0", "c@50"]);
  clock.pass(1_000);
  latest.push("d");
  expect(got).toEqual(["a@0", "c@50", "d@1050"]);
});

test("a second of changes every millisecond is passed on twenty times", () => {
  const clock = aClock();
  const got: number[] = [];
  const latest = new Latest<number>(50, (value) => got.push(value), clock);
  for (let count = 0; count < 1_000; count++) {
    latest.push(count);
    clock.pass(1);
  }
  clock.pass(50);
  expect(got.length).toBeLessThanOrEqual(21);
  expect(got.at(-1)).toBe(999);
});

test("flush delivers what waits, stop forgets it", () => {
  const clock = aClock();
  const got: string[] = [];
  const latest = new Latest<string>(50, (value) => got.push(value), clock);
  latest.push("a");
  latest.push("b");
  latest.flush();
  latest.push("c");
  latest.push("d");
  latest.stop();
  clock.pass(100);
  expect(got).toEqual(["a", "b", "c"]);
});
