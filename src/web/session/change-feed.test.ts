import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CellId } from "../../util/ids.ts";
import { ChangeFeed } from "./change-feed.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const a = CellId.of("a");
const b = CellId.of("b");
const change = (ids: CellId[], order = false) => ({
  order,
  metadata: false,
  cells: new Set<CellId>(),
  outputs: new Set(ids),
});

test("the first change is told at once, a flood once a frame, each cell only its own", () => {
  const feed = new ChangeFeed();
  const told: string[] = [];
  feed.onCell(a, () => told.push("a"));
  feed.onCell(b, () => told.push("b"));
  feed.push(change([a]));
  expect(told).toEqual(["a"]);
  for (let i = 0; i < 1000; i += 1) feed.push(change([b]));
  expect(told).toEqual(["a"]);
  vi.advanceTimersByTime(17);
  expect(told).toEqual(["a", "b"]);
});

test("when the order changes, every cell looks again", () => {
  const feed = new ChangeFeed();
  const told: string[] = [];
  feed.onOrder(() => told.push("order"));
  feed.onCell(a, () => told.push("a"));
  feed.push(change([], true));
  expect(told).toEqual(["order", "a"]);
});
