import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDuration, formatValue } from "./format-value.ts";
import { gatherView } from "./gather-view.ts";
import { durationTicks, linearTicks } from "./ticks.ts";

test("values are short, and what is no number has a sign of its own", () => {
  const values = [0, 12, -3, 1_234_567, 0.312, 12.3456, 1234.56, 0.0000123, 2.5e9, -0.00012] as const;
  expect(values.map((value) => formatValue(value))).toEqual([
    ...["0", "12", "−3", "1,234,567", "0.3120", "12.35", "1,234.6", "1.23e-5", "2.50e+9", "−0.0001200"],
  ]);
  expect((["NaN", "Infinity", "-Infinity"] as const).map(formatValue)).toEqual(["NaN", "∞", "−∞"]);
});

test("durations have at most two units", () => {
  expect([400, 12_000, 200_000, 7_500_000, 273_600_000].map(formatDuration)).toEqual([
    ...["0.4 s", "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"],
  ]);
});

test("marks of an axis are round, within it, few, and told apart", () => {
  const span = fc.tuple(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
  );
  fc.assert(
    fc.property(span, ([from, length]) => {
      fc.pre(length > Math.abs(from) * 1e-6);
      const to = from + length;
      const ticks = linearTicks(from, to, 6);
      const slack = length * 1e-6;
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThan(9);
      expect(ticks.every(({ at }) => at >= from - slack && at <= to + slack)).toBe(true);
      if (Math.abs(to) < 1e6 && Math.abs(from) < 1e6 && length > 1e-3)
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
    }),
  );
  expect(linearTicks(0, 1, 5).map(({ label }) => label)).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
  expect(
    durationTicks(0, 400_000, 6)
      .map(({ label }) => label)
      .slice(0, 3),
  ).toEqual(["0 s", "2 min", "4 min"]);
});

test("gathering keeps the lowest and the highest, wherever they are", () => {
  const values = fc.array(fc.double({ noNaN: false }), { minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 50 }), (points, places) => {
      const column = Float64Array.from(points);
      const x = column.map((_, at) => at);
      const whole = { name: "a", axis: "step", revision: 1, total: points.length, notFinite: [] } as const;
      const gathered = gatherView({ ...whole, x, min: column, max: column, last: column }, places);
      const finite = points.filter(Number.isFinite);
      expect(gathered.x.length).toBe(Math.min(places, points.length));
      expect(Math.min(...gathered.min.filter(Number.isFinite))).toBe(Math.min(...finite));
      expect(Math.max(...gathered.max.filter(Number.isFinite))).toBe(Math.max(...finite));
    }),
  );
});
