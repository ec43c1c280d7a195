import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { keyedLike } from "../nbformat/merge/cell-keys.ts";
import { markConflicts } from "../nbformat/merge/conflict.ts";
import { mergeKeyed } from "../nbformat/merge/merge-notebooks.ts";
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import type { EditOrigin } from "./live-notebook.ts";
import { applyVersion, keyedLive, mergeEdits } from "./merge-edits.ts";
import { createPlainNotebook } from "./plain-notebook.ts";
import { createLiveNotebook } from "./yjs-notebook.ts";

const file: EditOrigin = { type: "file", label: "file" };
const code = (id: string, source: string, more: object = {}): Cell =>
  ({ id, cell_type: "code", metadata: {}, source, execution_count: null, outputs: [], ...more }) as Cell;
const notebook = (...cells: Cell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });

test("a cursor and what another person types at the same time survive a merge at both ends of a cell", () => {
  const live = createLiveNotebook(notebook(code("a", "first\nmiddle\nlast")));
  const text = live.sourceText(CellId.of("a"));
  if (!text) throw new Error("no text");
  const cursor = Y.createRelativePositionFromTypeIndex(text, "first\nmid".length);
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(live.doc));
  const theirText = (other.getArray("cells").get(0) as Y.Map<unknown>).get("source") as Y.Text;
  theirText.insert("first\nmiddle".length, "!");
  applyVersion(live, { keys: ["a"], notebook: notebook(code("a", "FIRST\nmiddle\nLAST\nmore")) }, file);
  Y.applyUpdate(live.doc, Y.encodeStateAsUpdate(other));
  expect(text.toString()).toBe("FIRST\nmiddle!\nLAST\nmore");
  expect(Y.createAbsolutePositionFromRelativePosition(cursor, live.doc)?.index).toBe("FIRST\nmid".length);
});

test("what is as it was is not touched, and one cell that changed its place is one move", () => {
  const live = createLiveNotebook(notebook(code("a", "1"), code("b", "2"), code("c", "3")));
  const now = keyedLive(live);
  const next = { keys: ["c", "a", "b"], notebook: notebook(code("c", "3"), code("a", "1"), code("b", "2")) };
  expect(mergeEdits(now, next)).toEqual({
    edits: [{ type: "move-cell", id: "c", after: null }],
    outputs: [],
  });
  expect(mergeEdits(now, now)).toEqual({ edits: [], outputs: [] });
});

test("attachments, outputs, counts, unknown fields and a newer format arrive", () => {
  const { id: _, ...plain } = code("a", "1");
  const old: Notebook = { cells: [plain as Cell], metadata: {}, nbformat: 4, nbformat_minor: 4 };
  const live = createLiveNotebook(old);
  const [id = ""] = live.cellIds();
  const picture = { "a.png": { "image/png": "AAAA" } };
  const next: Notebook = {
    cells: [
      code(id, "1", { execution_count: 3, outputs: [{ output_type: "stream", name: "stdout", text: "x" }] }),
      { id: "m", cell_type: "markdown", metadata: {}, source: "![](a.png)", attachments: picture },
    ],
    metadata: { title: "t" },
    nbformat: 4,
    nbformat_minor: 5,
    extra: 1,
  };
  expect(applyVersion(live, { keys: [id, "m"], notebook: next }, file)).toEqual({ ok: true });
  expect(live.toNotebook()).toEqual(next);
});

const anyCell = fc
  .record({
    id: fc.constantFrom("a", "b", "c", "d", "e"),
    source: fc.array(fc.constantFrom("x = 1\n", "y\n", "z"), { maxLength: 4 }).map((parts) => parts.join("")),
    type: fc.constantFrom("code", "markdown"),
    metadata: fc.dictionary(fc.constantFrom("tags", "name"), fc.constantFrom(1, ["t"]), { maxKeys: 2 }),
    outputs: fc.array(fc.constantFrom("one", "two"), { maxLength: 2 }),
    count: fc.option(fc.constantFrom(1, 2)),
  })
  .map(
    ({ id, source, type, metadata, outputs, count }): Cell =>
      type === "markdown"
        ? { id, cell_type: "markdown", metadata, source }
        : code(id, source, {
            metadata,
            outputs: outputs.map((text) => ({ output_type: "stream", name: "stdout", text })),
            execution_count: count,
          }),
  );
const anyNotebook = fc
  .record({
    cells: fc.uniqueArray(anyCell, { selector: ({ id }) => id, maxLength: 5 }),
    metadata: fc.dictionary(fc.constantFrom("title", "authors"), fc.constantFrom("v", 1), { maxKeys: 2 }),
  })
  .map(({ cells, metadata }): Notebook => ({ ...notebook(...cells), metadata }));

test.each([
  ["shared", createLiveNotebook],
  ["plain", createPlainNotebook],
])("edits of any merge make the live notebook (%s) what was merged", (_, create) => {
  fc.assert(
    fc.property(anyNotebook, anyNotebook, anyNotebook, (start, mine, theirs) => {
      const base = keyedLive(createLiveNotebook(start));
      const live = create(mine);
      const merged = mergeKeyed(base, keyedLive(live), keyedLike(base, theirs), { keepsIds: true });
      const next = markConflicts(merged.notebook, merged.keys, merged.conflicts);
      expect(applyVersion(live, { keys: merged.keys, notebook: next }, file)).toEqual({ ok: true });
      expect(live.toNotebook()).toEqual(next);
      live.destroy();
    }),
  );
});
