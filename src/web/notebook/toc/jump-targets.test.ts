import { expect, test } from "vitest";
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { JsonObject } from "../../../nbformat/notebook.ts";
import { CellId } from "../../../util/ids.ts";
import { jumpTargets } from "./jump-targets.ts";

let count = 0;
function aCell(
  source: string,
  metadata: JsonObject = {},
  executionCount: number | null = null,
): CellSnapshot {
  const cellType = source.startsWith("#") ? "markdown" : "code";
  count += 1;
  const id = CellId.of(`id-${count}`);
  return { id, cellType, source, metadata, outputs: [], executionCount, executionState: "idle" };
}
const CELLS = [
  aCell("# Learning rate"),
  aCell("lr = 0.1\nepochs = 3", { tags: ["parameters"] }),
  aCell("## Train\n### The rate again"),
  aCell("\n\nfit(lr)", { name: "fitting" }, 7),
  aCell("plot(loss)", {}, 2),
];
const found = (query: string): string[] =>
  jumpTargets(CELLS, query).map(({ position, nth, by, text }) => `${position}${nth ?? ""} ${by}: ${text}`);

test("a number is a place first, then the count of a run", () => {
  expect(found("2")).toEqual(["2 Cell 2: lr = 0.1", "5 Run as [2]: plot(loss)"]);
  expect(found("[7]")).toEqual(["4 Run as [7]: fit(lr)"]);
});

test("headings, names, tags and texts; headings alone when nothing is typed", () => {
  expect(found("rate")).toEqual(["10 Heading: Learning rate", "31 Heading: The rate again"]);
  expect(found("rate the")).toEqual(["31 Heading: The rate again"]);
  expect(found("fitt")).toEqual(["4 Named fitting: fit(lr)"]);
  expect(found("PARAM")).toEqual(["2 Tag parameters: lr = 0.1"]);
  expect(found("epochs")).toEqual(["2 Code: epochs = 3"]);
  expect(found(" ")).toEqual([
    "10 Heading: Learning rate",
    "30 Heading: Train",
    "31 Heading: The rate again",
  ]);
  expect(found("nowhere")).toEqual([]);
});
