import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cell, Notebook } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import type { EditOrigin } from "../live-notebook.ts";
import { applyVersion, keyedLive } from "../merge-edits.ts";
import { createLiveNotebook } from "../yjs-notebook.ts";
import { cellTexts, headText, manifestText, notebookOf, piecesOf } from "./manifest.ts";
import { restored, undeleted } from "./restore.ts";

const me: EditOrigin = { type: "person", label: "ana/test" };
const cell = (id: string, source: string, output?: string): Cell => ({
  ...{ id, cell_type: "code", metadata: {}, source, execution_count: output === undefined ? null : 1 },
  outputs: output === undefined ? [] : [{ output_type: "stream", name: "stdout", text: output }],
});
const notebook = (cells: readonly Cell[], metadata = {}): Notebook => ({
  ...{ nbformat: 4, nbformat_minor: 5, metadata, cells: [...cells] },
});
const none = { cells: null, outputs: false, isRunning: () => false } as const;

const cells = fc
  .uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 6 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((id) =>
        fc
          .record({ source: fc.string({ maxLength: 12 }), output: fc.option(fc.string({ maxLength: 5 })) })
          .map(({ source, output }) => cell(id, source, output ?? undefined)),
      ),
    ),
  );

test("a version that is restored with its outputs is the notebook again, from any other state", () => {
  fc.assert(
    fc.property(cells, cells, (then, now) => {
      const live = createLiveNotebook(notebook(now, { title: "now" }));
      const wanted = createLiveNotebook(notebook(then, { title: "then" }));
      const next = restored(keyedLive(live), keyedLive(wanted), { ...none, outputs: true });
      expect(applyVersion(live, next, me).ok).toBe(true);
      expect(live.toNotebook()).toEqual(wanted.toNotebook());
      live.destroy();
      wanted.destroy();
    }),
  );
});

test("without outputs: all but the results is the version's; cells keep the results that they have", () => {
  fc.assert(
    fc.property(cells, cells, (then, now) => {
      const live = createLiveNotebook(notebook(now));
      const results = new Map(now.map((one) => [one.id, one]));
      const next = restored(
        keyedLive(live),
        { keys: then.map(({ id = "" }) => id), notebook: notebook(then) },
        none,
      );
      applyVersion(live, next, me);
      expect(live.toNotebook().cells).toEqual(
        then.map((one) => {
          const had = results.get(one.id) ?? one;
          return { ...one, outputs: had.outputs, execution_count: had.execution_count };
        }),
      );
      live.destroy();
    }),
  );
});

test("one cell comes back where it stood; the others, and a cell that runs, stay", () => {
  const now = {
    keys: ["a", "c", "x"],
    notebook: notebook([cell("a", "A2"), cell("c", "C2"), cell("x", "X")]),
  };
  const then = {
    keys: ["a", "b", "c"],
    notebook: notebook([cell("a", "A"), cell("b", "B", "out"), cell("c", "C")]),
  };
  const one = restored(now, then, { ...none, cells: ["b"] });
  expect(one.keys).toEqual(["a", "b", "c", "x"]);
  expect(one.notebook.cells.map(({ source }) => source)).toEqual(["A2", "B", "C2", "X"]);
  expect(one.notebook.cells[1]).toEqual(cell("b", "B", "out"));
  const all = restored(now, then, { ...none, isRunning: (key) => key === "x" });
  expect(all.keys).toEqual(["a", "b", "c", "x"]);
  const back = undeleted(now, { cell: cell("b", "B"), after: "a" });
  expect(back.keys).toEqual(["a", "b", "c", "x"]);
  expect(undeleted(now, { cell: cell("b", "B"), after: "gone" }).keys).toEqual(["a", "c", "x", "b"]);
  expect(undeleted(now, { cell: cell("a", "B"), after: null })).toBe(now);
});

test("what somebody types beside a restore stays", () => {
  const live = createLiveNotebook(notebook([cell("a", "lr = 1\n"), cell("b", "two")]));
  const then = keyedLive(live);
  live.apply({ type: "set-source", id: CellId.of("a"), source: "lr = 2\n" }, me);
  const next = restored(keyedLive(live), then, none);
  live.sourceText(CellId.of("a"))?.insert(7, "n = 3\n");
  // The restore was made from what stood there before; only what it changes is touched.
  applyVersion(live, restored(keyedLive(live), then, { ...none, cells: ["b"] }), me);
  expect(live.cell(CellId.of("a"))?.source).toBe("lr = 2\nn = 3\n");
  expect(next.notebook.cells[0]?.source).toBe("lr = 1\n");
  live.destroy();
});

test("pieces: equal cells are one, and all of them make the notebook again", () => {
  fc.assert(
    fc.property(cells, (list) => {
      const live = createLiveNotebook(notebook(list, { title: "t" }));
      const keyed = keyedLive(live);
      const store = new Map<string, string>();
      const put = (text: string): string => {
        const key = `k${[...store.values()].indexOf(text) === -1 ? store.size : [...store.values()].indexOf(text)}`;
        store.set(key, text);
        return key;
      };
      const pieces = keyed.keys.map((key, index) => {
        const of = keyed.notebook.cells[index];
        if (of === undefined) throw new Error("no cell");
        const { face, outputs } = cellTexts(key, of);
        return { face: put(face), outputs: outputs === null ? null : put(outputs) };
      });
      const manifest = manifestText(keyed, put(headText(keyed.notebook)), pieces);
      expect(notebookOf(manifest, (key) => store.get(key))).toEqual(keyed);
      expect(new Set(piecesOf(manifest))).toEqual(new Set(store.keys()));
      live.destroy();
    }),
  );
});
