import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

/** Of news at these moments, when it is told. */
function tellings(newsAtMs: readonly number[]): number[] {
  const pace = new Pace();
  const told: number[] = [];
  let dueMs = Number.NEGATIVE_INFINITY;
  for (const atMs of newsAtMs) {
    if (atMs < dueMs) continue;
    const delayMs = pace.take(Math.max(atMs, dueMs));
    if (delayMs === 0) told.push(atMs);
    else dueMs = atMs + delayMs;
  }
  return told;
}

test("what a key press brings is told at once, message by message", () => {
  const press = [0, 1, 4, 6, 7];
  expect(tellings([...press, ...press.map((atMs) => atMs + 1_000)])).toHaveLength(10);
});

test("news that never ends is told some forty times a second", () => {
  const told = tellings(Array.from({ length: 10_000 }, (_, ms) => ms));
  expect(told.length).toBeGreaterThan(350);
  expect(told.length).toBeLessThan(420);
});
