import { expect, test } from "vitest";
import { type OutputRenderer, rendererOf } from "./renderers.ts";

const View = () => null;
const chart: OutputRenderer = { name: "chart", mime: /^application\/x-chart/, View };
const table: OutputRenderer = {
  name: "table",
  mime: /^text\/html$/,
  takes: (value) => typeof value === "string" && value.includes("<table"),
  View,
};

test("the first renderer of the list that takes a form draws the output", () => {
  const both = { "text/html": "<table>", "application/x-chart.v1": {} };
  expect(rendererOf(both, [chart, table])).toEqual({ renderer: chart, mime: "application/x-chart.v1" });
  expect(rendererOf(both, [table, chart])).toEqual({ renderer: table, mime: "text/html" });
});

test("one that does not take the value leaves it to others", () => {
  expect(rendererOf({ "text/html": "<p>" }, [table, chart])).toBeNull();
  expect(rendererOf({}, [table, chart])).toBeNull();
});
