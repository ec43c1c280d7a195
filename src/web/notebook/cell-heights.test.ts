import fc from "fast-check";
import { expect, test } from "vitest";
import { CellId } from "../../util/ids.ts";
import { CellHeights } from "./cell-heights.ts";

const ids = (count: number): readonly CellId[] => Array.from({ length: count }, (_, n) => CellId.of(`c${n}`));

test("what is seen is found, whatever the heights are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: -500, max: 60_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      (heights, from, size) => {
        const order = ids(heights.length);
        const cells = new CellHeights(() => 100);
        cells.setOrder(order);
        for (const [index, id] of order.entries()) cells.measure(id, heights[index] ?? 0);
        const edges = heights.map((_, index) => heights.slice(0, index).reduce((sum, h) => sum + h, 0));
        const seen = order.flatMap((_, index) => {
          const top = edges[index] ?? 0;
          return top + (heights[index] ?? 0) > from && top <= from + size ? [index] : [];
        });
        const { first, end } = cells.within(from, from + size);
        for (const index of seen) {
          expect(index).toBeGreaterThanOrEqual(first);
          expect(index).toBeLessThan(end);
        }
        // Never none, so that there is something to measure.
        expect(end).toBeGreaterThan(first);
        expect(end - first).toBeLessThanOrEqual(seen.length + 2);
        expect(cells.between(first, end)).toBe(
          heights.slice(first, end).reduce((sum, height) => sum + height, 0),
        );
      },
    ),
  );
});

test("a guess holds until the cell was measured, and a new order keeps what was", () => {
  const [a, b, c] = [CellId.of("a"), CellId.of("b"), CellId.of("c")];
  const cells = new CellHeights(() => 100);
  cells.setOrder([a, b]);
  cells.measure(b, 40);
  expect(cells.between(0, 2)).toBe(140);
  cells.setOrder([b, c, a]);
  expect(cells.between(0, 1)).toBe(40);
  expect(cells.between(0, 3)).toBe(240);
});

test("a guess stays the same until it is forgotten, whatever the cell becomes meanwhile", () => {
  let height = 50;
  const cells = new CellHeights(() => height);
  const order = ids(4);
  cells.setOrder(order);
  expect(cells.between(0, 4)).toBe(200);
  height = 300;
  cells.measure(CellId.of("c0"), 70);
  expect(cells.between(0, 4)).toBe(220);
  expect(cells.forget(order)).toBe(true);
  expect(cells.between(0, 4)).toBe(970);
  expect(cells.forget([CellId.of("c0"), CellId.of("unknown")])).toBe(false);
});
