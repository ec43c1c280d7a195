import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ParameterValues } from "../../runs/parameters.ts";
import { SETTLE_AT_MOST_MS, SETTLE_MS, SettledValues } from "./settle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function aReader() {
  const told: ParameterValues[] = [];
  return { told, values: new SettledValues((value) => told.push(value)) };
}

test("what is being typed is not told, only what it came to", () => {
  const { told, values } = aReader();
  values.show({ lr: 0.1 });
  for (const lr of [0, 0.0, 0.05]) {
    values.note({ lr });
    vi.advanceTimersByTime(SETTLE_MS - 1);
  }
  expect(told).toEqual([{ lr: 0.1 }]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([{ lr: 0.1 }, { lr: 0.05 }]);
});

test("a value that is back to what was told is no change", () => {
  const { told, values } = aReader();
  values.show({ lr: 0.1 });
  values.note({ lr: 0.2 });
  values.note({ lr: 0.1 });
  vi.runAllTimers();
  expect(told).toEqual([{ lr: 0.1 }]);
});

test("half of a line takes back what was about to be told", () => {
  const { told, values } = aReader();
  values.show({ lr: 0.1 });
  values.note({ lr: 0.2 });
  values.unreadable();
  vi.runAllTimers();
  expect(told).toEqual([{ lr: 0.1 }]);
});

test("changes without a pause are told now and then", () => {
  const { told, values } = aReader();
  values.show({ n: 0 });
  for (let n = 1; n <= 100; n++) {
    values.note({ n });
    vi.advanceTimersByTime(SETTLE_AT_MOST_MS / 50);
  }
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThan(5);
});
