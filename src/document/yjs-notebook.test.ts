import { YNotebook } from "@jupyter/ydoc";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { Cell, CodeCell, Notebook } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import type { NotebookEdit } from "./edits.ts";
import type { EditOrigin, LiveNotebook, NotebookChange } from "./live-notebook.ts";
import { encodeResults } from "./results-record.ts";
import { seedDocument, seedUpdate } from "./seed.ts";
import { createUndo } from "./undo.ts";
import { createLiveNotebook, openLiveNotebook } from "./yjs-notebook.ts";

const ana: EditOrigin = { type: "person", label: "ana/browser" };
const run: EditOrigin = { type: "run", label: "run_1" };
const id = CellId.of;

function codeCell(cellId: string, source: string, outputs: CodeCell["outputs"] = []): CodeCell {
  return { id: cellId, cell_type: "code", metadata: {}, source, execution_count: null, outputs };
}

function notebookOf(...cells: Cell[]): Notebook {
  return { cells, metadata: { kernelspec: { name: "python3" } }, nbformat: 4, nbformat_minor: 5 };
}

const aPipeline = (): Notebook =>
  notebookOf(
    { id: "intro", cell_type: "markdown", metadata: {}, source: "# Digits" },
    {
      id: "params",
      cell_type: "code",
      metadata: { tags: ["parameters"] },
      source: "lr = 0.1",
      execution_count: 1,
      outputs: [],
    },
    codeCell("train", "train(lr)", [
      { output_type: "stream", name: "stdout", text: "epoch 1\n" },
      {
        output_type: "execute_result",
        execution_count: 3,
        data: { "text/plain": "0.98", "application/json": { acc: [0.98] } },
        metadata: {},
      },
      { output_type: "error", ename: "ValueError", evalue: "no", traceback: ["a", "b"] },
    ]),
  );

describe("reading", () => {
  test("a notebook comes back as it went in, unknown fields and all", () => {
    const notebook: Notebook = {
      ...aPipeline(),
      signature: "kept",
      cells: [
        ...aPipeline().cells,
        { ...codeCell("odd", "x"), custom: { deep: [1, null] } },
        {
          id: "pic",
          cell_type: "markdown",
          metadata: {},
          source: "![a](attachment:a.png)",
          attachments: { "a.png": { "image/png": "iVBOR" } },
        },
      ],
    };
    expect(createLiveNotebook(notebook).toNotebook()).toEqual(notebook);
  });

  test("a file without ids gets stable ones in the document and none back", () => {
    const { id: _, ...bare } = codeCell("x", "1");
    const notebook: Notebook = { ...notebookOf({ ...bare }, { ...bare }), nbformat_minor: 4 };
    const live = createLiveNotebook(notebook);
    expect(new Set(live.cellIds()).size).toBe(2);
    expect(live.toNotebook()).toEqual(notebook);
    expect(createLiveNotebook(notebook).cellIds()).toEqual(live.cellIds());
  });

  test("the same file gives the same history, so two seeds merge without doubled cells", () => {
    const one = createLiveNotebook(aPipeline());
    const two = createLiveNotebook(aPipeline());
    expect(seedUpdate(aPipeline())).toEqual(seedUpdate(aPipeline()));
    // What was made here is what another gets of it, and goes on under a name of its own.
    const made = seedDocument(aPipeline());
    const other = new Y.Doc();
    Y.applyUpdate(other, seedUpdate(aPipeline()));
    expect(Y.encodeStateAsUpdate(made)).toEqual(Y.encodeStateAsUpdate(other));
    made.getMap("meta").set("more", 1);
    expect([...Y.decodeStateVector(Y.encodeStateVector(made)).keys()].sort()).toEqual([0, made.clientID]);
    one.apply({ type: "set-source", id: id("params"), source: "lr = 0.2" }, ana);
    Y.applyUpdate(two.doc, Y.encodeStateAsUpdate(one.doc));
    expect(two.toNotebook()).toEqual(one.toNotebook());
    expect(two.cellIds()).toHaveLength(3);
  });

  test("unchanged cells are the same objects after a change elsewhere", () => {
    const live = createLiveNotebook(aPipeline());
    const before = live.toNotebook().cells;
    const trained = live.cell(id("train"));
    live.apply({ type: "set-source", id: id("params"), source: "lr = 0.2" }, ana);
    const after = live.toNotebook().cells;
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(after[2]).toBe(before[2]);
    expect(live.cell(id("train"))).toBe(trained);
  });
});

describe("editing", () => {
  test("cells are placed by their neighbour", () => {
    const live = createLiveNotebook(aPipeline());
    const cell = { id: id("new"), cellType: "code", source: "peek()" } as const;
    expect(live.apply({ type: "insert-cell", cell, after: id("params") }, ana)).toEqual({ ok: true });
    live.apply({ type: "move-cell", id: id("intro"), after: id("train") }, ana);
    live.apply({ type: "move-cell", id: id("train"), after: null }, ana);
    expect(live.cellIds()).toEqual(["train", "params", "new", "intro"]);
    live.apply({ type: "delete-cell", id: id("params") }, ana);
    expect(live.cellIds()).toEqual(["train", "new", "intro"]);
  });

  test("races are values: a cell that is gone, an id that is taken", () => {
    const live = createLiveNotebook(aPipeline());
    const gone = { ok: false, reason: "no-such-cell" };
    expect(live.apply({ type: "delete-cell", id: id("nope") }, ana)).toEqual(gone);
    expect(live.apply({ type: "move-cell", id: id("intro"), after: id("nope") }, ana)).toEqual(gone);
    const cell = { id: id("intro"), cellType: "raw", source: "" } as const;
    expect(live.apply({ type: "insert-cell", cell, after: null }, ana)).toEqual({
      ok: false,
      reason: "duplicate-id",
    });
    expect(live.write([{ type: "append-stream", id: id("train"), index: 9, text: "x" }], run)).toEqual({
      ok: false,
      reason: "no-such-output",
    });
  });

  test("several edits in one transaction see each other and are one change", () => {
    const live = createLiveNotebook(aPipeline());
    const changes: NotebookChange[] = [];
    live.onChange((change) => changes.push(change));
    const cell = { id: id("a"), cellType: "code", source: "1" } as const;
    live.applyAll(
      [
        { type: "insert-cell", cell, after: id("train") },
        { type: "insert-cell", cell: { ...cell, id: id("b") }, after: id("a") },
        { type: "set-source", id: id("b"), source: "2" },
        { type: "set-notebook-metadata", key: "title", value: "Digits" },
      ],
      ana,
    );
    expect(live.cellIds().slice(-3)).toEqual(["train", "a", "b"]);
    expect(live.cell(id("b"))?.source).toBe("2");
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ order: true, metadata: true, origin: ana });
  });

  test("a change tells which cells, and whether by source or by output", () => {
    const live = createLiveNotebook(aPipeline());
    const changes: NotebookChange[] = [];
    live.onChange((change) => changes.push(change));
    live.apply({ type: "set-source", id: id("params"), source: "lr = 1" }, ana);
    live.write([{ type: "append-stream", id: id("train"), index: 0, text: "epoch 2\n" }], run);
    live.apply({ type: "set-cell-metadata", id: id("intro"), key: "tags", value: ["x"] }, ana);
    expect(changes.map(({ cells, outputs }) => [[...cells], [...outputs]])).toEqual([
      [["params"], []],
      [[], ["train"]],
      [["intro"], []],
    ]);
  });

  test("changing a cell's type keeps id, source and metadata, and drops outputs", () => {
    const live = createLiveNotebook(aPipeline());
    live.apply({ type: "set-cell-type", id: id("train"), cellType: "markdown" }, ana);
    expect(live.toCell(id("train"))).toEqual({
      id: "train",
      cell_type: "markdown",
      metadata: {},
      source: "train(lr)",
    });
  });
});

describe("executing", () => {
  test("whoever reads the end has every output", () => {
    const live = createLiveNotebook(aPipeline());
    const seen: (string | number | null)[][] = [];
    live.onChange(() => {
      const cell = live.cell(id("train"));
      seen.push([cell?.executionState ?? "", cell?.outputs.length ?? 0, cell?.executionCount ?? null]);
    });
    live.write([{ type: "begin-execution", id: id("train") }], run);
    live.write(
      [
        {
          type: "append-output",
          id: id("train"),
          output: { output_type: "stream", name: "stdout", text: "a" },
        },
      ],
      run,
    );
    live.write([{ type: "end-execution", id: id("train"), executionCount: 7 }], run);
    expect(seen).toEqual([
      ["running", 0, null],
      ["running", 1, null],
      ["idle", 1, 7],
    ]);
  });

  test("an output redrawn 100,000 times leaves nothing in the document, and is kept as it is now", () => {
    const live = createLiveNotebook(aPipeline());
    const chart = (n: number) =>
      ({
        output_type: "display_data",
        data: { "image/svg+xml": `<svg>${"x".repeat(1000)}${n}</svg>` },
        metadata: {},
      }) as const;
    const before = Y.encodeStateAsUpdate(live.doc);
    live.write(
      [
        { type: "begin-execution", id: id("train") },
        { type: "append-output", id: id("train"), output: chart(0) },
      ],
      run,
    );
    for (let n = 1; n <= 100_000; n++)
      live.write([{ type: "replace-output", id: id("train"), index: 0, output: chart(n) }], run);
    expect(Y.encodeStateAsUpdate(live.doc)).toEqual(before);
    expect(live.cell(id("train"))?.outputs).toEqual([chart(100_000)]);
    expect(encodeResults(live.results).length).toBeLessThan(2_000);
  });

  test("outputs come back with a deleted cell that is brought back", () => {
    const live = createLiveNotebook(aPipeline());
    const undo = createUndo(live, [ana]);
    live.apply({ type: "delete-cell", id: id("train") }, ana);
    live.write([{ type: "remove-outputs", id: id("train") }], run);
    undo.undo();
    expect(live.cell(id("train"))?.outputs).toHaveLength(3);
  });

  test("undo takes back one's own edits only, never outputs", () => {
    const live = createLiveNotebook(aPipeline());
    const undo = createUndo(live, [ana]);
    const ben: EditOrigin = { type: "person", label: "ben/browser" };
    live.apply({ type: "delete-cell", id: id("intro") }, ana);
    live.apply({ type: "set-source", id: id("params"), source: "lr = 9" }, ben);
    live.write([{ type: "remove-outputs", id: id("train") }], run);
    expect(undo.undo()).toBe(true);
    expect(live.cellIds()).toEqual(["intro", "params", "train"]);
    expect(live.cell(id("params"))?.source).toBe("lr = 9");
    expect(live.cell(id("train"))?.outputs).toEqual([]);
    expect(undo.undo()).toBe(false);
  });
});

describe("@jupyter/ydoc", () => {
  test("we read a document that Jupyter's own model made, and see its edits", () => {
    const theirs = new YNotebook();
    theirs.fromJSON(aPipeline() as unknown as Parameters<YNotebook["fromJSON"]>[0]);
    const live = openLiveNotebook(theirs.ydoc);
    // What they executed is not ours to read from there.
    expect(live.toNotebook()).toEqual({
      ...aPipeline(),
      cells: aPipeline().cells.map((cell) =>
        cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell,
      ),
    });
    theirs.getCell(1).setSource("lr = 0.3");
    theirs.insertCell(1, { cell_type: "code", id: "theirs", source: "1+1" });
    expect(live.cell(id("params"))?.source).toBe("lr = 0.3");
    expect(live.cellIds()).toEqual(["intro", "theirs", "params", "train"]);
  });
});

test("any edits on any replicas, merged in any order, converge", () => {
  const edit = fc.oneof(
    fc.record({ kind: fc.constant("insert" as const), at: fc.nat(9), text: fc.string({ maxLength: 5 }) }),
    fc.record({ kind: fc.constant("delete" as const), at: fc.nat(9) }),
    fc.record({ kind: fc.constant("move" as const), at: fc.nat(9), to: fc.nat(9) }),
    fc.record({ kind: fc.constant("source" as const), at: fc.nat(9), text: fc.string({ maxLength: 8 }) }),
    fc.record({ kind: fc.constant("sync" as const) }),
  );
  type Step = typeof edit extends fc.Arbitrary<infer T> ? T : never;
  let serial = 0;
  const pick = (live: LiveNotebook, at: number): CellId =>
    live.cellIds()[at % Math.max(1, live.cellIds().length)] ?? id("none");
  const toEdit = (live: LiveNotebook, step: Step): NotebookEdit | null => {
    switch (step.kind) {
      case "insert":
        return {
          type: "insert-cell",
          cell: { id: id(`new${serial++}`), cellType: "code", source: step.text },
          after: live.cellIds().length > 0 ? pick(live, step.at) : null,
        };
      case "delete":
        return { type: "delete-cell", id: pick(live, step.at) };
      case "move":
        return { type: "move-cell", id: pick(live, step.at), after: pick(live, step.to) };
      case "source":
        return { type: "set-source", id: pick(live, step.at), source: step.text };
      case "sync":
        return null;
    }
  };
  const exchange = (from: LiveNotebook, to: LiveNotebook): void =>
    Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)));

  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), edit), { maxLength: 40 }), (steps) => {
      const replicas = [0, 1, 2].map(() => createLiveNotebook(aPipeline()));
      for (const [who, step] of steps) {
        const live = replicas[who];
        const next = replicas[(who + 1) % 3];
        if (!live || !next) throw new Error("unreachable");
        const made = toEdit(live, step);
        if (made === null) exchange(live, next);
        else live.apply(made, ana);
      }
      for (let round = 0; round < 2; round++)
        for (const from of replicas) for (const to of replicas) exchange(from, to);
      const [first, ...others] = replicas.map((live) => ({
        notebook: live.toNotebook(),
        order: live.cellIds(),
      }));
      for (const other of others) expect(other).toEqual(first);
    }),
    { numRuns: 300 },
  );
});
