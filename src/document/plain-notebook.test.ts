import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { Cell, Notebook, Output } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import type { NotebookEdit, OutputEdit } from "./edits.ts";
import type { EditOrigin, LiveNotebook } from "./live-notebook.ts";
import { createPlainNotebook } from "./plain-notebook.ts";
import { createLiveNotebook, openLiveNotebook } from "./yjs-notebook.ts";

const ana: EditOrigin = { type: "person", label: "ana/browser" };
const id = CellId.of;

const cell = (cellId: string | undefined, type: Cell["cell_type"], source: string): Cell =>
  ({
    ...(cellId === undefined ? {} : { id: cellId }),
    cell_type: type,
    metadata: { tags: ["x"] },
    source,
    odd: [1],
    ...(type === "code" ? { execution_count: null, outputs: [] } : {}),
  }) as Cell;

const aNotebook = (minor = 5): Notebook => ({
  cells: (["markdown", "code", "code", "raw"] as const).map((type, index) =>
    cell(minor < 5 ? undefined : `c${index}`, type, `source ${index}`),
  ),
  metadata: { kernelspec: { name: "python3" } },
  nbformat: 4,
  nbformat_minor: minor,
  extra: { kept: true },
});

const where = fc.constantFrom("c0", "c1", "c2", "c3", "n0", "n1", "gone").map(id);
const text = fc.string({ maxLength: 6 });
const output: fc.Arbitrary<Output> = fc.oneof(
  text.map((value): Output => ({ output_type: "stream", name: "stdout", text: value })),
  text.map((value): Output => ({ output_type: "display_data", data: { "text/plain": value }, metadata: {} })),
);
const edit: fc.Arbitrary<NotebookEdit> = fc.oneof(
  fc.record({
    type: fc.constant("insert-cell" as const),
    cell: fc.record({
      id: fc.constantFrom("n0", "n1", "c1").map(id),
      cellType: fc.constantFrom("code" as const, "markdown" as const),
      source: text,
    }),
    after: fc.option(where),
  }),
  fc.record({ type: fc.constant("delete-cell" as const), id: where }),
  fc.record({ type: fc.constant("move-cell" as const), id: where, after: fc.option(where) }),
  fc.record({
    type: fc.constant("set-cell-type" as const),
    id: where,
    cellType: fc.constantFrom("code" as const, "markdown" as const, "raw" as const),
  }),
  fc.record({ type: fc.constant("set-source" as const), id: where, source: text }),
  fc.record({
    type: fc.constant("set-cell-metadata" as const),
    id: where,
    key: fc.constantFrom("tags", "k"),
    value: fc.option(text, { nil: undefined }),
  }),
  fc.record({
    type: fc.constant("set-notebook-metadata" as const),
    key: fc.constantFrom("kernelspec", "k"),
    value: fc.option(text, { nil: undefined }),
  }),
);
const written: fc.Arbitrary<OutputEdit> = fc.oneof(
  fc.record({ type: fc.constant("begin-execution" as const), id: where, keepOutputs: fc.boolean() }),
  fc.record({ type: fc.constant("append-output" as const), id: where, output }),
  fc.record({ type: fc.constant("replace-output" as const), id: where, index: fc.nat(3), output }),
  fc.record({ type: fc.constant("append-stream" as const), id: where, index: fc.nat(3), text }),
  fc.record({ type: fc.constant("remove-outputs" as const), id: where }),
  fc.record({ type: fc.constant("clear-outputs" as const), id: where }),
  fc.record({
    type: fc.constant("end-execution" as const),
    id: where,
    executionCount: fc.option(fc.nat(9)),
  }),
);
type Step =
  | { readonly edits: readonly NotebookEdit[] }
  | { readonly writes: readonly OutputEdit[] }
  | { readonly share: true };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ edits: fc.array(edit, { minLength: 1, maxLength: 3 }) }) },
  { weight: 6, arbitrary: fc.record({ writes: fc.array(written, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ share: true } as const) },
);

function seen(live: LiveNotebook): unknown {
  return {
    notebook: live.toNotebook(),
    cells: live.cellIds().map((cellId) => [live.cell(cellId), live.toCell(cellId)]),
    metadata: live.metadata(),
  };
}

describe("plain until it is shared", () => {
  test("edits, results and content are those of the shared document, whenever it comes to be", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom(4, 5), (steps, minor) => {
        const plain = createPlainNotebook(aNotebook(minor));
        const shared = createLiveNotebook(aNotebook(minor));
        for (const next of steps) {
          if ("share" in next) void plain.doc;
          else if ("edits" in next)
            expect(plain.applyAll(next.edits, ana)).toEqual(shared.applyAll(next.edits, ana));
          else expect(plain.write(next.writes, ana)).toEqual(shared.write(next.writes, ana));
          expect(seen(plain)).toEqual(seen(shared));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a single edit tells the same change as the shared document would", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(edit, written), { maxLength: 20 }), (edits) => {
        const [ofPlain, ofShared] = [createPlainNotebook(aNotebook()), createLiveNotebook(aNotebook())].map(
          (live) => {
            const told: unknown[] = [];
            live.onChange(({ order, metadata, cells, outputs }) =>
              told.push({ order, metadata, cells: order ? null : [...cells], outputs: [...outputs] }),
            );
            for (const next of edits) {
              told.push(next);
              if (isWritten(next)) live.write([next], ana);
              else live.apply(next, ana);
            }
            return told;
          },
        );
        expect(ofPlain).toEqual(ofShared);
      }),
      { numRuns: 500 },
    );
  });

  test("whoever joins gets what is there, and listeners from before hear on", () => {
    const live = createPlainNotebook(aNotebook());
    const told: unknown[] = [];
    live.onChange(({ origin }) => told.push(origin));
    live.write([{ type: "begin-execution", id: id("c1") }], ana);
    const joined = openLiveNotebook(live.doc, live.results);
    expect(joined.cell(id("c1"))?.executionState).toBe("running");
    joined.apply({ type: "set-source", id: id("c2"), source: "theirs" }, { type: "person", label: "ben" });
    expect(live.cell(id("c2"))?.source).toBe("theirs");
    expect(told).toEqual([ana, { type: "person", label: "ben" }]);
    expect(Y.encodeStateAsUpdate(live.doc)).toEqual(Y.encodeStateAsUpdate(joined.doc));
  });

  test("unchanged cells are the same objects after a change elsewhere", () => {
    const live = createPlainNotebook(aNotebook());
    const before = live.toNotebook().cells;
    live.apply({ type: "set-source", id: id("c2"), source: "new" }, ana);
    const after = live.toNotebook().cells;
    expect(after.map((now, index) => now === before[index])).toEqual([true, true, false, true]);
  });
});

function isWritten(next: NotebookEdit | OutputEdit): next is OutputEdit {
  return /execution|output$|stream|remove|clear/.test(next.type);
}
