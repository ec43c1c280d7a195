import fc from "fast-check";
import { expect, test } from "vitest";
import { lineStyle } from "../../telemetry/series-colours.ts";
import type { SeriesView } from "../../telemetry/telemetry-store.ts";
import { type ChartLine, chartColumns } from "./chart-lines.ts";
import { smooth } from "./smooth.ts";

const plain = { axis: "step", isLogX: false, isLogY: false, smoothing: 0 } as const;

function line(key: string, x: readonly number[], values: readonly number[], startMs = 0): ChartLine {
  const column = Float64Array.from(values);
  const view: SeriesView = {
    ...{ name: key, axis: "step", revision: 1, total: x.length, x: Float64Array.from(x) },
    ...{ min: column, max: column, last: column, notFinite: [] },
  };
  return { key, label: key, style: lineStyle(0), isFaint: false, view, startMs };
}

test("lines with points at other places share an axis: no point is not a gap, no number is", () => {
  const { x, lines } = chartColumns([line("a", [1, 3], [10, Number.NaN]), line("b", [2, 3], [5, 6])], plain);
  expect(x).toEqual([1, 2, 3]);
  expect(lines.map(({ last }) => last)).toEqual([
    [10, undefined, null],
    [undefined, 5, 6],
  ]);
});

test("on a logarithmic axis what is not above nothing is left out, and counted", () => {
  const made = chartColumns([line("a", [0, 1, 2], [5, -1, 7])], { ...plain, isLogX: true, isLogY: true });
  expect(made).toMatchObject({ x: [1, 2], leftOut: 2 });
  expect(made.lines[0]?.last).toEqual([null, 7]);
});

test("time since the beginning is of each run", () => {
  const { x } = chartColumns([line("a", [100, 160], [1, 2], 100), line("b", [500, 530], [1, 2], 500)], {
    ...plain,
    axis: "relative",
  });
  expect(x).toEqual([0, 30, 60]);
});

test("smoothing keeps a constant as it is, stays within the values, and passes over what is no number", () => {
  expect([...smooth([3, 3, 3], 0.9)].map((value) => value.toFixed(9))).toEqual(Array(3).fill("3.000000000"));
  expect([...smooth([1, Number.NaN, 3], 0.5)]).toEqual([1, Number.NaN, (0.5 * 0.5 + 1.5) / 0.75]);
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (values, weight) => {
        const smoothed = smooth(values, weight);
        expect(Math.max(...smoothed)).toBeLessThanOrEqual(Math.max(...values) + 1e-3);
        expect(Math.min(...smoothed)).toBeGreaterThanOrEqual(Math.min(...values) - 1e-3);
        if (weight === 0) expect([...smoothed]).toEqual(values.map((one) => one + 0));
      },
    ),
  );
});
