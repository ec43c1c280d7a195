import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetricPoint } from "./entities.ts";
import { linesOfPoints, metricValue, pointsOfLine, SeenPoints } from "./metric-lines.ts";

const points = fc.array(
  fc.record({
    key: fc.constantFrom("loss", "acc", "__proto__", "a b", "0"),
    value: fc.double().map(metricValue),
    timeMs: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_003 }),
    step: fc.integer({ min: -2, max: 2 }),
  }),
);
const sorted = (all: readonly MetricPoint[]) => all.map((one) => JSON.stringify(one)).sort();

test("points come back as they were, whatever shared a line", () => {
  fc.assert(
    fc.property(points, (all) => {
      expect(sorted(linesOfPoints(all).flatMap(pointsOfLine))).toEqual(sorted(all));
    }),
  );
});

test("what is not finite has a name", () => {
  expect(["NaN", "Infinity", "-Infinity", "1e3", 2].map(metricValue)).toEqual([
    "NaN",
    "Infinity",
    "-Infinity",
    1000,
    2,
  ]);
});

test("a point that is said again is known, until too many came between", () => {
  const seen = new SeenPoints(2);
  const at = (step: number): MetricPoint => ({ key: "loss", value: 1, timeMs: 1, step });
  expect([seen.add(at(0)), seen.add(at(0)), seen.add(at(1)), seen.add(at(2)), seen.add(at(0))]).toEqual([
    false,
    true,
    false,
    false,
    false,
  ]);
});
