import { expect, test } from "vitest";
import * as Y from "yjs";
import { CellId } from "../util/ids.ts";
import type { EditOrigin } from "./live-notebook.ts";
import { settleDoubles } from "./settle-doubles.ts";
import { createUndo } from "./undo.ts";
import { createLiveNotebook } from "./yjs-notebook.ts";

const ana: EditOrigin = { type: "person", label: "ana" };
const names = ["a", "b", "c", "d"];
const notebook = () =>
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

test("a cell that two bring back at once is there once; what one of them typed since is kept", () => {
  const [one, two] = [notebook(), notebook()];
  const undos = [one, two].map((live) => createUndo(live, [ana]));
  one.apply({ type: "delete-cell", id: CellId.of("b") }, ana);
  two.apply({ type: "delete-cell", id: CellId.of("b") }, ana);
  for (const undo of undos) undo.undo();
  two.sourceText(CellId.of("b"))?.insert(0, "typed ");
  const server = new Y.Doc();
  for (const { doc } of [one, two]) Y.applyUpdate(server, Y.encodeStateAsUpdate(doc));
  const sources = (): string[] =>
    server
      .getArray<Y.Map<unknown>>("cells")
      .map((cell) => String(cell.get("source")))
      .toSorted();
  expect(sources()).toEqual(["a", "b", "c", "d", "typed b"]);
  expect(settleDoubles(server)).toBe(true);
  expect(sources()).toEqual(["a", "b", "c", "d", "typed b"]);
  const ids = server.getArray<Y.Map<unknown>>("cells").map((cell) => cell.get("id"));
  expect(new Set(ids).size).toBe(5);
  expect(settleDoubles(server)).toBe(false);
});

test("what is the same goes", () => {
  const [one, two] = [notebook(), notebook()];
  for (const live of [one, two]) {
    const undo = createUndo(live, [ana]);
    live.apply({ type: "delete-cell", id: CellId.of("b") }, ana);
    undo.undo();
  }
  Y.applyUpdate(one.doc, Y.encodeStateAsUpdate(two.doc));
  expect(one.cellIds()).toEqual(names);
  settleDoubles(one.doc);
  expect(one.toNotebook().cells.map(({ id }) => id)).toEqual(names);
});
