import { expect, test } from "vitest";
import { Knocks } from "./knocks.ts";

test("a burst may enter, a loop may not, and later it may again", () => {
  let now = 0;
  const knocks = new Knocks({ now: () => now, schedule: () => () => {} });
  const enter = (count: number, party = "ana"): number =>
    Array.from({ length: count }, () => knocks.mayEnter(party)).filter(Boolean).length;
  expect(enter(1_000)).toBe(200);
  expect(enter(1, "bo")).toBe(1);
  now += 1_000;
  expect(enter(100)).toBe(10);
  now += 60_000;
  expect(enter(1_000)).toBe(200);
});
