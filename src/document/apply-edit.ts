/** Performs one edit on the shared types. The caller holds the transaction. */
import type * as Y from "yjs";
import type { JsonObject } from "../nbformat/notebook.ts";
import { assertNever } from "../util/assert-never.ts";
import type { CellId } from "../util/ids.ts";
import type { EditResult, NotebookEdit } from "./edits.ts";
import {
  type CellSeed,
  extrasOf,
  IDS_ABSENT,
  isExtra,
  makeCell,
  makeMap,
  readCellType,
  readMap,
  type YCell,
  yMetadata,
  yText,
} from "./schema.ts";
import { replaceText } from "./text-diff.ts";

/** What an edit needs of the document. */
export interface EditTarget {
  readonly cells: Y.Array<YCell>;
  readonly meta: Y.Map<unknown>;
  find(id: CellId): YCell | undefined;
  /** Position in `cells`, or -1. */
  indexOf(cell: YCell): number;
}

const done: EditResult = { ok: true };
const noSuchCell: EditResult = { ok: false, reason: "no-such-cell" };
const noSuchField: EditResult = { ok: false, reason: "no-such-field" };

export function applyEdit(target: EditTarget, edit: NotebookEdit): EditResult {
  switch (edit.type) {
    case "insert-cell": {
      const { id, cellType, source, metadata = {}, fields = {} } = edit.cell;
      if (target.find(id)) return { ok: false, reason: "duplicate-id" };
      const index = indexAfter(target, edit.after);
      if (index === null) return noSuchCell;
      const seed = { id, cellType, source, metadata, extras: extrasOf(fields, "cell") };
      target.cells.insert(index, [makeCell(seed)]);
      return done;
    }
    case "set-notebook-metadata":
      setKey(ensureMetadata(target.meta), edit.key, edit.value);
      return done;
    case "set-notebook-field":
      return setNotebookField(target.meta, edit.key, edit.value);
    case "delete-cell":
    case "move-cell":
    case "set-cell-type":
    case "set-source":
    case "set-cell-metadata":
    case "set-cell-field": {
      const cell = target.find(edit.id);
      return cell ? applyToCell(target, cell, edit) : noSuchCell;
    }
    default:
      return assertNever(edit);
  }
}

type CellEdit = Exclude<
  NotebookEdit,
  { type: "insert-cell" | "set-notebook-metadata" | "set-notebook-field" }
>;

function applyToCell(target: EditTarget, cell: YCell, edit: CellEdit): EditResult {
  switch (edit.type) {
    case "delete-cell":
      target.cells.delete(target.indexOf(cell), 1);
      return done;
    case "move-cell":
      return moveCell(target, cell, edit.id, edit.after);
    case "set-cell-type": {
      if (readCellType(cell) === edit.cellType) return done;
      const index = target.indexOf(cell);
      const seed = seedOf(cell);
      // A shared cell's kind is fixed when it is made (other clients keep a model per kind), so it is made anew.
      target.cells.delete(index, 1);
      target.cells.insert(index, [makeCell({ ...seed, cellType: edit.cellType })]);
      return done;
    }
    case "set-source":
      replaceText(yText(cell), edit.source);
      return done;
    case "set-cell-metadata":
      setKey(ensureMetadata(cell), edit.key, edit.value);
      return done;
    case "set-cell-field":
      if (!isExtra(edit.key, "cell")) return noSuchField;
      setKey(cell, edit.key, edit.value);
      return done;
    default:
      return assertNever(edit);
  }
}

/**
 * Yjs has no move, so the cell is made anew elsewhere (as JupyterLab does). A key that somebody types into the old
 * one in the same moment is lost with it.
 */
function moveCell(target: EditTarget, cell: YCell, id: CellId, after: CellId | null): EditResult {
  if (after === id) return done;
  const from = target.indexOf(cell);
  const to = indexAfter(target, after);
  if (to === null) return noSuchCell;
  if (to === from || to === from + 1) return done;
  const seed = seedOf(cell);
  target.cells.delete(from, 1);
  target.cells.insert(to > from ? to - 1 : to, [makeCell(seed)]);
  return done;
}

function indexAfter(target: EditTarget, after: CellId | null): number | null {
  if (after === null) return 0;
  const neighbour = target.find(after);
  return neighbour ? target.indexOf(neighbour) + 1 : null;
}

function seedOf(cell: YCell): CellSeed {
  return {
    id: String(cell.get("id")),
    cellType: readCellType(cell),
    source: yText(cell).toString(),
    metadata: readMap(yMetadata(cell)),
    extras: extrasOf(Object.fromEntries(cell.entries()), "cell"),
  };
}

function setNotebookField(
  meta: Y.Map<unknown>,
  key: string,
  value: JsonObject[string] | undefined,
): EditResult {
  if (key === "nbformat_minor") {
    if (typeof value !== "number") return noSuchField;
    meta.set(key, value);
    if (value >= 5) meta.delete(IDS_ABSENT);
    return done;
  }
  if (!isExtra(key, "notebook")) return noSuchField;
  setKey(meta, key, value);
  return done;
}

function ensureMetadata(owner: Y.Map<unknown>): Y.Map<unknown> {
  const existing = yMetadata(owner);
  if (existing) return existing;
  const made = makeMap({});
  owner.set("metadata", made);
  return made;
}

function setKey(map: Y.Map<unknown>, key: string, value: JsonObject[string] | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
