import { expect, test } from "vitest";
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import { CellId } from "../../../util/ids.ts";
import { entryAt, outlineOf, sectionState } from "./outline.ts";

const aCell = (source: string, index: number): CellSnapshot => ({
  id: CellId.of(`c${index}`),
  cellType: source.startsWith("#") ? "markdown" : "code",
  source,
  metadata: {},
  outputs: [],
  executionCount: null,
  executionState: "idle",
});
const outline = (...sources: string[]) => {
  const cells = sources.map(aCell);
  return outlineOf(
    cells.map(({ id }) => id),
    (id) => cells.find((cell) => cell.id === id),
  );
};
const SOURCES = ["x", "## A", "y", "#### deep\n### less", "z", "### c", "## B\n# Top", "w"];

test("levels are numbered and indented as they stand, and sections have an end", () => {
  const rows = outline(...SOURCES).map(
    ({ number, depth, text, index, end, folds }) => `${number} ${depth} ${text} ${index}-${end} ${folds}`,
  );
  expect(rows).toEqual([
    "1.1 0 A 1-6 true",
    "1.1.1.1 1 deep 3-4 false",
    "1.1.1 1 less 3-5 true",
    "1.1.2 1 c 5-6 true",
    "1.2 0 B 6-7 false",
    "1 0 Top 6-8 true",
  ]);
  expect(outline("x")).toEqual([]);
  expect(outline("## One", "## Two").map(({ number }) => number)).toEqual(["1", "2"]);
});

test("where one is", () => {
  const entries = outline(...SOURCES);
  const at = (index: number, nth = 9) => entryAt(entries, index, nth)?.text ?? null;
  expect([at(0), at(2), at(3, 0), at(3, 1), at(4), at(7)]).toEqual([
    null,
    "A",
    "deep",
    "less",
    "less",
    "Top",
  ]);
});

test("a section stands as its most urgent cell", () => {
  expect(sectionState([null, "done", "running", "failed"])).toBe("failed");
  expect(sectionState(["done", null, "queued"])).toBe("queued");
  expect(sectionState([null])).toBeNull();
});
