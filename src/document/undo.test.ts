import { expect, test } from "vitest";
import * as Y from "yjs";
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import { restored } from "./history/restore.ts";
import type { EditOrigin, LiveNotebook } from "./live-notebook.ts";
import { keyedLive, mergeEdits } from "./merge-edits.ts";
import { createUndo } from "./undo.ts";
import { createLiveNotebook, openLiveNotebook } from "./yjs-notebook.ts";

const ana: EditOrigin = { type: "person", label: "ana/browser" };
const bo: EditOrigin = { type: "person", label: "bo/browser" };
const id = CellId.of;
const code = (key: string, source: string): Cell => ({
  ...{ id: key, cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] },
});
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

/** Ana's and Bo's pages of one notebook, always up to date. */
function twoPages(...cells: Cell[]) {
  const first = createLiveNotebook(notebook(...cells));
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(first.doc));
  const second = openLiveNotebook(doc);
  first.doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "sync") Y.applyUpdate(doc, update, "sync");
  });
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "sync") Y.applyUpdate(first.doc, update, "sync");
  });
  return { anas: first, bos: second, undo: createUndo(first, [ana]) };
}

const cellsIn = (live: LiveNotebook): string[] =>
  live.cellIds().map((key) => `${key}: ${live.cell(key)?.source}`);
const insert = (live: LiveNotebook, key: string, source: string, by: EditOrigin) =>
  live.apply({ type: "insert-cell", cell: { id: id(key), cellType: "code", source }, after: null }, by);

test("only one's own: what others did before, between and after stays", () => {
  const { anas, bos, undo } = twoPages(code("a", "one"), code("b", "two"));
  bos.apply({ type: "set-source", id: id("a"), source: "ONE" }, bo);
  anas.apply({ type: "set-source", id: id("b"), source: "TWO" }, ana);
  undo.stopCapturing();
  bos.apply({ type: "set-source", id: id("b"), source: "TWO, said Bo" }, bo);
  insert(bos, "c", "three", bo);
  expect(undo.undo()).toBe(true);
  expect(cellsIn(anas)).toEqual(["c: three", "a: ONE", "b: two, said Bo"]);
  expect(cellsIn(bos)).toEqual(cellsIn(anas));
  expect(undo.undo()).toBe(false);
});

test("a cell that one made goes; where somebody has written in it since, it stays with that", () => {
  const { anas, bos, undo } = twoPages(code("a", "one"));
  insert(anas, "mine", "draft ", ana);
  bos.sourceText(id("mine"))?.insert(6, "of Bo");
  expect(undo.undo()).toBe(true);
  expect(cellsIn(anas)).toEqual(["mine: of Bo", "a: one"]);
  expect(bos.cell(id("mine"))).toMatchObject({ cellType: "code", source: "of Bo", metadata: {} });
  expect(undo.redo()).toBe(true);
  expect(cellsIn(bos)).toEqual(["mine: draft of Bo", "a: one"]);
  undo.stopCapturing();
  insert(anas, "other", "gone", ana);
  undo.undo();
  expect(cellsIn(bos)).toEqual(["mine: draft of Bo", "a: one"]);
});

test("a moved or retyped cell in which somebody has written since is not doubled, and keeps what they wrote", () => {
  for (const edit of [
    { type: "move-cell", id: id("c"), after: null },
    { type: "set-cell-type", id: id("c"), cellType: "markdown" },
  ] as const) {
    const { anas, bos, undo } = twoPages(code("a", "one"), code("b", "two"), code("c", "three"));
    anas.apply(edit, ana);
    bos.sourceText(id("c"))?.insert(5, "!");
    undo.undo();
    expect(cellsIn(bos).filter((cell) => cell.startsWith("c"))).toEqual([expect.stringContaining("!")]);
    expect(anas.toNotebook().cells).toHaveLength(3);
    expect(cellsIn(bos)).toEqual(cellsIn(anas));
  }
});

test("outputs are never touched: not of a cell whose text goes back, nor of one that was run since", () => {
  const { anas, undo } = twoPages(code("a", "one"));
  const output = { output_type: "stream", name: "stdout", text: "hello\n" } as const;
  anas.apply({ type: "set-source", id: id("a"), source: "two" }, ana);
  anas.write(
    [
      { type: "begin-execution", id: id("a") },
      { type: "append-output", id: id("a"), output },
      { type: "end-execution", id: id("a"), executionCount: 3 },
    ],
    ana,
  );
  undo.undo();
  expect(anas.cell(id("a"))).toMatchObject({ source: "one", outputs: [output], executionCount: 3 });
  undo.redo();
  expect(anas.cell(id("a"))).toMatchObject({ source: "two", outputs: [output], executionCount: 3 });
});

test("a restore that one made is one step back; one that another made is theirs", () => {
  const { anas, bos, undo } = twoPages(code("a", "v1"), code("b", "v1"));
  const v1 = keyedLive(anas);
  const restore = (live: LiveNotebook, by: EditOrigin): void => {
    const now = keyedLive(live);
    const wanted = { cells: null, outputs: false, isRunning: () => false };
    live.applyAll(mergeEdits(now, restored(now, v1, wanted)).edits, by);
  };
  anas.apply({ type: "set-source", id: id("a"), source: "v2" }, ana);
  anas.apply({ type: "delete-cell", id: id("b") }, ana);
  undo.stopCapturing();
  restore(anas, ana);
  undo.stopCapturing();
  bos.apply({ type: "set-source", id: id("b"), source: "v1 and Bo" }, bo);
  insert(bos, "c", "Bo's", bo);
  undo.undo();
  // Bo wrote in the cell that came back: it stays, with what he wrote.
  expect(cellsIn(anas)).toEqual(["c: Bo's", "a: v2", "b:  and Bo"]);
  undo.redo();
  expect(cellsIn(bos)).toEqual(["c: Bo's", "a: v1", "b: v1 and Bo"]);
  undo.undo();
  restore(bos, bo);
  expect(cellsIn(anas)).toEqual(["a: v1", "b: v1"]);
  // What is left to undo is hers; what Bo brought back is not.
  undo.undo();
  expect(cellsIn(anas)).toEqual(cellsIn(bos));
  expect(anas.cell(id("a"))?.source).toContain("v1");
  expect(anas.cellIds()).toHaveLength(2);
});
