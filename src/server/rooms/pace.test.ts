import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

/** Of news at these moments, when it is told. `presses`: moments at which a person asks for something. */
function tellings(newsAtMs: readonly number[], presses: readonly number[] = []): number[] {
  const pace = new Pace();
  const told: number[] = [];
  let dueMs = Number.NEGATIVE_INFINITY;
  for (const atMs of newsAtMs) {
    if (presses.includes(atMs)) {
      pace.hurry();
      dueMs = atMs;
    }
    if (atMs < dueMs) continue;
    const delayMs = pace.take(Math.max(atMs, dueMs));
    if (delayMs === 0) told.push(atMs);
    else dueMs = atMs + delayMs;
  }
  return told;
}

const PRESS = [0, 1, 4, 6, 7];

test("what a key press brings is told at once, message by message", () => {
  const presses = [0, 20, 40, 60];
  const news = presses.flatMap((atMs) => PRESS.map((ms) => atMs + ms));
  expect(tellings(news, presses)).toEqual(news);
});

test("also while a pipeline makes news all the time", () => {
  const news = Array.from({ length: 4_000 }, (_, ms) => ms);
  const told = tellings(news, [3_000]);
  expect(told.filter((ms) => ms >= 3_000 && ms < 3_008)).toHaveLength(8);
});

test("what happens once in a while is told at once", () => {
  expect(tellings([0, 1, 2, 1_000, 1_001, 1_002])).toEqual([0, 1, 2, 1_000, 1_001, 1_002]);
});

test("news that never ends is told some twelve times a second", () => {
  const told = tellings(Array.from({ length: 10_000 }, (_, ms) => ms));
  expect(told.length).toBeGreaterThan(110);
  expect(told.length).toBeLessThan(130);
});
