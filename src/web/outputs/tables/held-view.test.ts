import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conditionOf } from "./column-filter.ts";
import { compareCells, heldView, passes } from "./held-view.ts";
import { type HeldTable, kindOf } from "./table-model.ts";
import { toCsv, toMarkdown, toTsv } from "./table-text.ts";

const table: HeldTable = {
  index: [{ labels: [""], dtype: "", kind: "number" }],
  columns: [
    { labels: ["n"], dtype: "", kind: "number" },
    { labels: ["who"], dtype: "", kind: "text" },
  ],
  levelNames: [""],
  rows: [
    ["0", "10", "fox"],
    ["1", "9", "Owl"],
    ["2", "NaN", "fox"],
    ["3", "-1.5e3", "bear"],
  ],
  gapAt: null,
  cutsColumns: false,
  shape: null,
};
const view = (query: Partial<Parameters<typeof heldView>[1]>) =>
  heldView(table, { sort: [], filters: [], search: "", ...query });

describe("the rows that an output holds", () => {
  test("are sorted as numbers, what is missing last either way, equal ones as they were", () => {
    expect(view({ sort: [{ column: 0, descending: false }] })).toEqual([3, 1, 0, 2]);
    expect(view({ sort: [{ column: 0, descending: true }] })).toEqual([0, 1, 3, 2]);
    expect(
      view({
        sort: [
          { column: 1, descending: true },
          { column: -1, descending: true },
        ],
      }),
    ).toEqual([2, 0, 3, 1]);
  });

  test("are filtered by column and over all", () => {
    expect(view({ filters: [{ column: 0, op: "ge", value: "9", to: null }] })).toEqual([0, 1]);
    expect(view({ search: "OW" })).toEqual([1]);
    expect(view({ filters: [{ column: 0, op: "missing", value: null, to: null }] })).toEqual([2]);
  });
});

test("what is typed above a column", () => {
  const asked = (typed: string) => {
    const condition = conditionOf(typed);
    return condition && [condition.op, condition.value, condition.to];
  };
  expect(asked("  fox ")).toEqual(["contains", "fox", null]);
  expect(asked(">= 5")).toEqual(["ge", "5", null]);
  expect(asked("!=a b")).toEqual(["ne", "a b", null]);
  expect(asked("2026-01-01..2026-02-01")).toEqual(["between", "2026-01-01", "2026-02-01"]);
  expect(asked("-1.5 .. 2")).toEqual(["between", "-1.5", "2"]);
  expect(asked("empty")).toEqual(["missing", null, null]);
  expect(asked("!empty")).toEqual(["present", null, null]);
  expect([asked(""), asked(">"), asked("  = ")]).toEqual([null, null, null]);
});

test("cells compare as a strict order, whatever they hold", () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.integer().map(String),
    fc.constantFrom("NaN", "None", "-inf", "1e3"),
  );
  fc.assert(
    fc.property(cell, cell, cell, (a, b, c) => {
      expect(Math.sign(compareCells(a, b, 1))).toBe(-Math.sign(compareCells(b, a, 1)) || 0);
      if (compareCells(a, b, 1) <= 0 && compareCells(b, c, 1) <= 0)
        expect(compareCells(a, c, 1)).toBeLessThanOrEqual(0);
    }),
  );
});

test("what a column holds is told by its cells", () => {
  expect(kindOf(["1", "2.5", "NaN"])).toBe("number");
  expect(kindOf(["2026-01-01", "2026-01-01 12:00:00+00:00"])).toBe("time");
  expect(kindOf(["True", "False", "None"])).toBe("bool");
  expect(kindOf(["1", "a"])).toBe("text");
  expect(kindOf(["", "NaN"])).toBe("text");
  expect(passes("True", { column: 0, op: "eq", value: "true", to: null })).toBe(true);
});

test("tables as text", () => {
  const rows = [
    ["a\tb", 'say "hi", you'],
    ["x|y", "two\nlines"],
  ];
  expect(toTsv(rows)).toBe('a b\tsay "hi", you\nx|y\ttwo lines\n');
  expect(toCsv(rows)).toBe('a\tb,"say ""hi"", you"\nx|y,"two\nlines"\n');
  expect(toMarkdown(["k", "v"], rows.slice(1), [false, true])).toBe(
    "| k | v |\n| --- | ---: |\n| x\\|y | two<br>lines |\n",
  );
});
