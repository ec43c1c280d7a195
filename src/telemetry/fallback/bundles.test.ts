import { expect, test } from "vitest";
import type { ChartFace, LogsFace, SummaryFace } from "../faces.ts";
import type { SeriesView } from "../telemetry-store.ts";
import { chartBundle, logsBundle, summaryBundle } from "./bundles.ts";

const summary: SummaryFace = {
  runId: "run_0123456789",
  name: "churn <7>",
  step: 12,
  total: 100,
  series: [
    { name: "loss", count: 1_200, last: 0.312, min: 0.2011, max: 2.301, spark: [2.301, 1, 0.5, 0.312] },
    { name: "grad", count: 3, last: "NaN", min: null, max: null, spark: ["NaN"] },
  ],
  logs: { debug: 0, info: 120, warning: 3, error: 1, critical: 0 },
  artefacts: [{ name: "model.pt", sha256: "0".repeat(64), sizeBytes: 12_000_000 }],
  troubles: { dropped: 3, rejected: 0, outOfOrder: 1 },
};

test("a summary as text is a table in which every number is there, and what went wrong is said", () => {
  expect(summaryBundle(summary)["text/plain"]).toBe(
    [
      "churn <7> · step 12 of 100",
      "        last  lowest  highest  points",
      "loss  0.3120  0.2011    2.301   1,200  █▃▂▁",
      "grad     NaN       –        –       3  ×",
      "Logs: 1 error, 3 warnings, 120 info",
      "Artefacts: model.pt (12 MB)",
      "3 records were dropped by the pipeline for want of room.",
      "1 point came out of order, and is kept.",
    ].join("\n"),
  );
});

test("a summary as markup has no script and no markup of others", () => {
  const html = String(summaryBundle(summary)["text/html"]);
  expect(html).toContain("churn &lt;7&gt; · step 12 of 100");
  expect(html).not.toMatch(/<script|style=|on\w+=/);
});

function view(name: string, values: readonly number[]): SeriesView {
  const x = Float64Array.from(values, (_, step) => step);
  const column = Float64Array.from(values);
  const notFinite = values.flatMap((value, step) =>
    Number.isFinite(value) ? [] : [{ x: step, value: Number.isNaN(value) ? "NaN" : "Infinity" } as const],
  );
  return {
    name,
    axis: "step",
    revision: 1,
    total: values.length,
    x,
    min: column,
    max: column,
    last: column,
    notFinite,
  };
}
const chart: ChartFace = { runId: "run_0123456789", series: ["loss", "acc"], axis: "step" };
const svgOf = (views: readonly SeriesView[], face = chart): string =>
  String(chartBundle(face, views)["image/svg+xml"]);

test("a spike of one point in a hundred thousand is drawn at its height", () => {
  const values = Array.from({ length: 100_000 }, (_, step) => Math.sin(step / 9_000));
  values[41_234] = 50;
  const svg = svgOf([view("loss", values)]);
  const band = /<path d="([^"]*)"[^>]*fill-opacity/.exec(svg)?.[1] ?? "";
  const heights = [...band.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, , y]) => Number(y));
  // The axis was made for it, and it is at the axis' upper end.
  expect(Math.min(...heights)).toBeLessThan(60);
  expect(heights.filter((y) => y < 100)).toHaveLength(1);
  expect(svg.length).toBeLessThan(20_000);
});

test("what is no number is marked and breaks the line; nothing is written as NaN", () => {
  const svg = svgOf([view("loss", [1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY, 2])]);
  const drawn = svg.slice(svg.indexOf("</title>"));
  expect(drawn).not.toMatch(/NaN [\d.]|Infinity/);
  expect(drawn).toMatch(/l6 6m0 -6l-6 6/);
  expect(drawn).toMatch(/h8l-4 -7z/);
});

test("charts of nothing, of one point, of one value and of time", () => {
  expect(svgOf([])).toContain("No points yet");
  expect(svgOf([view("loss", [5])])).toContain("h0");
  expect(svgOf([view("loss", [5, 5, 5])])).not.toContain("NaN");
  const start = Date.UTC(2026, 0, 2, 3, 4, 5);
  const timed = view("loss", [1, 2, 3]);
  const later = { ...timed, axis: "time" as const, x: timed.x.map((x) => start + x * 60_000) };
  const svg = svgOf([later], { ...chart, axis: "time" });
  expect(svg).toContain("time since 2026-01-02 03:04:05 UTC");
  expect(svg).toContain(">1 min<");
});

test("names from outside are text in every form", () => {
  const svg = svgOf([view('<script>"&', [1, 2])]);
  expect(svg).not.toContain("<script>");
  expect(svg).toContain("&lt;script&gt;&quot;&amp;");
});

const counts = { debug: 0, info: 2, warning: 1, error: 0, critical: 0 };
const logs: LogsFace = { runId: "run_0123456789", total: 3, counts };

test("a log's excerpt: counts, rare patterns, the last lines", () => {
  const line = { writer: "w", step: null, logger: "train" };
  const tail = [
    { ...line, index: 1, timeMs: 0, level: "info" as const, text: "epoch 1" },
    { ...line, index: 2, timeMs: 1_500, level: "warning" as const, text: "<b>loss is NaN" },
  ];
  const pattern = {
    id: 1,
    pattern: "loss is <*>",
    level: "warning" as const,
    count: 1,
    example: "loss is NaN",
  };
  const templates = [{ ...pattern, firstIndex: 2, lastIndex: 2, firstTimeMs: 1_500, lastTimeMs: 1_500 }];
  const bundle = logsBundle(logs, { tail, templates });
  expect(bundle["text/plain"]).toBe(
    [
      "3 lines: 1 warning, 2 info",
      "",
      "New and rare lines:",
      "        1 × warning  loss is <*>",
      "",
      "… 1 lines before",
      "00:00:00.000 info     train: epoch 1",
      "00:00:01.500 warning  train: <b>loss is NaN",
    ].join("\n"),
  );
  expect(bundle["text/html"]).toContain("&lt;b&gt;loss is NaN");
  expect(logsBundle({ ...logs, total: 0 }, { tail: [] })["text/plain"]).toBe("No line was logged yet.");
});
