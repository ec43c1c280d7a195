import fc from "fast-check";
import { expect, test } from "vitest";
import type { CellSnapshot } from "../../../document/live-notebook.ts";
import type { CellType, JsonObject } from "../../../nbformat/notebook.ts";
import { CellId } from "../../../util/ids.ts";
import { type FoldPart, foldEdits, isMarkedFolded } from "./fold-marks.ts";
import { foldedCells, headsOf, headsOver } from "./sections.ts";

const FOLDED: JsonObject = { "jp-MarkdownHeadingCollapsed": true };

function aCell(id: string, cellType: CellType, source: string, metadata: JsonObject = {}): CellSnapshot {
  return {
    id: CellId.of(id),
    cellType,
    source,
    metadata,
    outputs: [],
    executionCount: null,
    executionState: "idle",
  };
}
const text = (id: string, source: string, metadata?: JsonObject) => aCell(id, "markdown", source, metadata);
const code = (id: string, metadata?: JsonObject) => aCell(id, "code", "# no heading", metadata);

function folded(cells: readonly CellSnapshot[]) {
  const ids = cells.map(({ id }) => id);
  const cellOf = (id: CellId) => cells.find((cell) => cell.id === id);
  const isFolded = (cell: CellSnapshot) => isMarkedFolded(cell, "section");
  const { hidden, counts } = foldedCells(ids, cellOf, isFolded);
  return {
    shown: ids.filter((id) => !hidden.has(id)).join(" "),
    counts: Object.fromEntries(counts),
    over: (id: string) => headsOver(ids, cellOf, CellId.of(id)).join(" "),
    heads: headsOf(ids, cellOf).join(" "),
  };
}

const CELLS = [
  code("before"),
  text("one", "# One"),
  code("a"),
  text("deep", "### Deep"),
  code("b"),
  text("note", "only text"),
  text("two", "# Two\n## and more"),
  code("c"),
];
const foldCells = (...ids: string[]) =>
  folded(CELLS.map((cell) => (ids.includes(cell.id) ? { ...cell, metadata: FOLDED } : cell)));

test("a section goes up to a heading as high as its own", () => {
  expect(foldCells().shown).toBe("before one a deep b note two c");
  expect(foldCells("one")).toMatchObject({ shown: "before one two c", counts: { one: 4 } });
  expect(foldCells("deep")).toMatchObject({ shown: "before one a deep two c", counts: { deep: 2 } });
  expect(foldCells("two", "one", "deep")).toMatchObject({
    shown: "before one two",
    counts: { one: 4, two: 1 },
  });
});

test("what is no heading folds nothing", () => {
  expect(foldCells("note", "before", "a").shown).toBe("before one a deep b note two c");
});

test("the headings over a cell, from the inside", () => {
  const { over, heads } = foldCells();
  expect([over("b"), over("deep"), over("one"), over("c"), over("before")]).toEqual([
    "deep one",
    "one",
    "",
    "two",
    "",
  ]);
  expect(heads).toBe("one deep two");
});

test("for any notebook: a hidden cell is under a folded heading, and unfolding those over it shows it", () => {
  const cell = fc.record({ level: fc.integer({ min: 0, max: 4 }), isFolded: fc.boolean() });
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 25 }), (drawn) => {
      const cells = drawn.map(({ level, isFolded }, index) =>
        level === 0 ? code(`c${index}`) : text(`c${index}`, `${"#".repeat(level)} H`, isFolded ? FOLDED : {}),
      );
      const now = folded(cells);
      const shown = now.shown.split(" ");
      for (const { id } of cells) {
        const over = now.over(id).split(" ");
        const isUnder = cells.some((head) => over.includes(head.id) && isMarkedFolded(head, "section"));
        expect(shown.includes(id)).toBe(!isUnder);
      }
    }),
  );
});

test("marks are written as JupyterLab has them, taken away without a trace, and others' keys stay", () => {
  const written = (part: FoldPart, isFolded: boolean, metadata: JsonObject): JsonObject => {
    const result: Record<string, unknown> = { ...metadata };
    for (const edit of foldEdits(code("x", metadata), part, isFolded)) {
      if (edit.type !== "set-cell-metadata") throw new Error("another edit");
      if (edit.value === undefined) delete result[edit.key];
      else result[edit.key] = edit.value;
    }
    return result as JsonObject;
  };
  expect(written("section", true, { tags: ["a"] })).toEqual({ tags: ["a"], ...FOLDED });
  expect(written("section", false, FOLDED)).toEqual({});
  expect(written("source", true, { jupyter: { mine: 1 } })).toEqual({
    jupyter: { mine: 1, source_hidden: true },
  });
  const outputs = { collapsed: true, jupyter: { outputs_hidden: true } };
  expect(written("outputs", true, {})).toEqual(outputs);
  expect(written("outputs", false, outputs)).toEqual({});
  expect(written("outputs", false, { collapsed: true })).toEqual({});
  expect(foldEdits(code("x"), "outputs", false)).toEqual([]);
});
