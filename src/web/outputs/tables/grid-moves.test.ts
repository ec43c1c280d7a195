import fc from "fast-check";
import { expect, test } from "vitest";
import { isIn, moveInGrid, rangeOf } from "./grid-moves.ts";
import { headLevel, layColumns, nameOf } from "./table-columns.ts";
import { INITIAL_TABLE, queryOf, sortedBy } from "./table-state.ts";

const size = { rows: 100, columns: 5, page: 10 };

test("keys lead through the grid and its header", () => {
  expect(moveInGrid({ row: 0, column: 0 }, "ArrowUp", false, size)).toEqual({ row: -1, column: 0 });
  expect(moveInGrid({ row: -1, column: 0 }, "ArrowDown", true, size)).toEqual({ row: 99, column: 0 });
  expect(moveInGrid({ row: 50, column: 2 }, "PageDown", false, size)).toEqual({ row: 59, column: 2 });
  expect(moveInGrid({ row: 50, column: 2 }, "End", true, size)).toEqual({ row: 99, column: 4 });
  expect(moveInGrid({ row: 50, column: 2 }, "x", false, size)).toBeNull();
});

test("no key leads out of the grid", () => {
  const keys = fc.constantFrom(
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
    "PageUp",
    "PageDown",
    "Home",
    "End",
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(keys, fc.boolean())),
      fc.nat(30),
      fc.integer({ min: 1, max: 9 }),
      (moves, rows, columns) => {
        let at = { row: -1, column: 0 };
        for (const [key, isFar] of moves) {
          at = moveInGrid(at, key, isFar, { rows, columns, page: 4 }) ?? at;
          expect(at.row).toBeGreaterThanOrEqual(-1);
          expect(at.row).toBeLessThan(Math.max(rows, 0));
          expect(at.column).toBeGreaterThanOrEqual(0);
          expect(at.column).toBeLessThan(columns);
        }
      },
    ),
  );
});

test("a range is the cells between its ends, without the header", () => {
  const range = rangeOf({ row: 4, column: 3 }, { row: -1, column: 1 });
  expect(range).toEqual({ from: { row: 0, column: 1 }, to: { row: 4, column: 3 } });
  const inside = (row: number, column: number) => range !== null && isIn(range, row, column);
  expect([inside(0, 1), inside(4, 4), inside(-1, 2)]).toEqual([true, false, false]);
  expect(rangeOf({ row: -1, column: 3 }, { row: -1, column: 1 })).toBeNull();
});

test("a header of several levels joins what is the same below the same parent", () => {
  const column = (...labels: string[]) => ({ labels, dtype: "", kind: "number" }) as const;
  const columns = layColumns(
    [column("id")],
    [column("m", "lo"), column("m", "hi"), column("n", "hi")],
    0,
    () => 60,
  );
  expect(headLevel(columns, 0)).toEqual([
    { label: "", span: 1, place: 0 },
    { label: "m", span: 2, place: 1 },
    { label: "n", span: 1, place: 3 },
  ]);
  expect(columns.map(({ left }) => left)).toEqual([0, null, null, null]);
  expect(columns.map(nameOf)).toEqual(["id", "m / lo", "m / hi", "n / hi"]);
});

test("sorting goes ascending, descending, as it was; with others it keeps their order", () => {
  const up = sortedBy([], 2, false);
  expect(up).toEqual([{ column: 2, descending: false }]);
  const both = sortedBy(up, 0, true);
  expect(sortedBy(both, 2, true)).toEqual([
    { column: 2, descending: true },
    { column: 0, descending: false },
  ]);
  expect(sortedBy([{ column: 2, descending: true }], 2, false)).toEqual([]);
  expect(queryOf({ ...INITIAL_TABLE, typed: { "-1": ">3", "0": " " }, search: " x " })).toEqual({
    sort: [],
    filters: [{ column: -1, op: "gt", value: "3", to: null }],
    search: "x",
  });
});
