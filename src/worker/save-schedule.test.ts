import fc from "fast-check";
import { expect, test } from "vitest";
import {
  AT_MOST_MS,
  changed,
  dueAt,
  QUIET_MS,
  type SaveSchedule,
  savedSchedule,
  saveFailed,
  saveStarted,
  saveSucceeded,
} from "./save-schedule.ts";

/** Changes at these times, saved whenever it is due; returns when saves were. */
function savesFor(changesMs: readonly number[]): number[] {
  let schedule: SaveSchedule = savedSchedule;
  const saves: number[] = [];
  const saveUntil = (untilMs: number): void => {
    for (let due = dueAt(schedule); due !== null && due <= untilMs; due = dueAt(schedule)) {
      saves.push(due);
      schedule = saveSucceeded(saveStarted(schedule));
    }
  };
  for (const at of changesMs) {
    saveUntil(at);
    schedule = changed(schedule, at);
  }
  saveUntil(Number.POSITIVE_INFINITY);
  return saves;
}

test("a change is saved after a second of quiet", () => {
  expect(savesFor([0])).toEqual([1_000]);
  expect(savesFor([0, 900, 1_800])).toEqual([2_800]);
});

test("under changes without end, every five seconds", () => {
  const always = Array.from({ length: 120 }, (_, index) => index * 100);
  expect(savesFor(always)).toEqual([5_000, 10_000, 12_900]);
});

test("whenever changes come, each is saved within five seconds, and never two saves within one", () => {
  const times = fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, (unsorted) => {
      const changes = unsorted.toSorted((a, b) => a - b);
      const saves = savesFor(changes);
      for (const change of changes) {
        const save = saves.find((at) => at >= change);
        expect(save).toBeDefined();
        expect((save ?? 0) - change).toBeLessThanOrEqual(AT_MOST_MS);
      }
      for (const [index, at] of saves.entries()) {
        expect(at - (saves[index - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(QUIET_MS);
      }
    }),
  );
});

test("a failure is tried again by itself, ever later up to a minute, and a success ends that", () => {
  let schedule = saveFailed(saveStarted(changed(savedSchedule, 0)), 1_000);
  const pauses: number[] = [];
  for (let now = dueAt(schedule) ?? 0, before = 1_000, round = 0; round < 8; round++) {
    pauses.push(now - before);
    before = now;
    schedule = saveFailed(saveStarted(schedule), now);
    now = dueAt(schedule) ?? 0;
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  const saved = saveSucceeded(saveStarted(schedule));
  expect(dueAt(saved)).toBeNull();
  expect(dueAt(changed(saved, 500_000))).toBe(501_000);
});

test("what changes while a save writes is unsaved after it", () => {
  const schedule = changed(saveStarted(changed(savedSchedule, 0)), 1_200);
  expect(dueAt(schedule)).toBeNull();
  expect(dueAt(saveSucceeded(schedule))).toBe(2_200);
});
