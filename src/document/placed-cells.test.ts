import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { CellId } from "../util/ids.ts";
import type { NotebookEdit } from "./edits.ts";
import type { EditOrigin, LiveNotebook } from "./live-notebook.ts";
import { createUndo } from "./undo.ts";
import { createLiveNotebook } from "./yjs-notebook.ts";

const ana: EditOrigin = { type: "person", label: "ana" };
const names = ["a", "b", "c", "d"];
const notebook = (): LiveNotebook =>
  createLiveNotebook({
    cells: names.map((id) => ({
      id,
      cell_type: "code",
      metadata: {},
      source: id,
      outputs: [],
      execution_count: null,
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  });
const exchange = (from: LiveNotebook, to: LiveNotebook): void =>
  Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)));
const text = (live: LiveNotebook): string =>
  live
    .toNotebook()
    .cells.map(({ source }) => source)
    .join("\n");

test("whoever moves, retypes and types at once: each cell is there once, and every letter is there", () => {
  const id = fc.constantFrom(...names).map(CellId.of);
  const step = fc.record({
    who: fc.nat(2),
    act: fc.oneof(
      fc.record({ type: fc.constant("move-cell" as const), id, after: fc.option(id) }),
      fc.record({
        type: fc.constant("set-cell-type" as const),
        id,
        cellType: fc.constantFrom("code" as const, "markdown" as const),
      }),
      fc.record({ type: fc.constant("type" as const), id }),
      fc.constant({ type: "sync" } as const),
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const replicas = [notebook(), notebook(), notebook()];
      const typed: string[] = [];
      for (const [index, { who, act }] of steps.entries()) {
        const [live, next] = [replicas[who], replicas[(who + 1) % 3]];
        if (!live || !next) continue;
        if (act.type === "sync") exchange(live, next);
        else if (act.type === "type") {
          typed.push(`<${index}>`);
          live.sourceText(act.id)?.insert(0, `<${index}>`);
        } else live.apply(act satisfies NotebookEdit, ana);
      }
      for (let round = 0; round < 2; round++)
        for (const from of replicas) for (const to of replicas) exchange(from, to);
      for (const live of replicas) {
        expect(live.cellIds().toSorted()).toEqual(names);
        expect(live.toNotebook().cells.map((cell) => cell.id)).toEqual(live.cellIds());
        expect(live.toNotebook()).toEqual(replicas[0]?.toNotebook());
        for (const mark of typed) expect(text(live)).toContain(mark);
      }
    }),
    { numRuns: 300 },
  );
});

test("a cell that was moved a thousand times costs the document what one move costs", () => {
  const live = notebook();
  const size = (): number => live.doc.getArray("cells").length;
  for (let count = 0; count < 1_000; count++)
    live.apply(
      { type: "move-cell", id: CellId.of("a"), after: count % 2 === 0 ? CellId.of("d") : null },
      ana,
    );
  expect(size()).toBeLessThanOrEqual(5);
});

test("undo moves back, and brings a moved and deleted cell back to where it stood", () => {
  const live = notebook();
  const undo = createUndo(live, [ana]);
  live.apply({ type: "move-cell", id: CellId.of("a"), after: CellId.of("c") }, ana);
  undo.stopCapturing();
  expect(live.cellIds()).toEqual(["b", "c", "a", "d"]);
  live.apply({ type: "delete-cell", id: CellId.of("a") }, ana);
  undo.undo();
  expect(live.cellIds()).toEqual(["b", "c", "a", "d"]);
  undo.undo();
  expect(live.cellIds()).toEqual(names);
  undo.redo();
  expect(live.cellIds()).toEqual(["b", "c", "a", "d"]);
});

test("what others put into the array is passed over", () => {
  const live = notebook();
  live.doc.getArray<unknown>("cells").insert(0, [{ cell: "a", token: "forged" }, 5, null, "x", { cell: 1 }]);
  expect(live.cellIds()).toEqual(names);
  live.apply({ type: "move-cell", id: CellId.of("a"), after: CellId.of("d") }, ana);
  expect(live.cellIds()).toEqual(["b", "c", "d", "a"]);
});
