/** Performs one edit on the shared types. The caller holds the transaction. */
import type * as Y from "yjs";
import type { CellType, JsonObject } from "../nbformat/notebook.ts";
import { assertNever } from "../util/assert-never.ts";
import type { CellId } from "../util/ids.ts";
import type { EditResult, NotebookEdit } from "./edits.ts";
import { extrasOf, IDS_ABSENT, isExtra } from "./fields.ts";
import { makeCell, makeMap, readCellType, type YCell, yMetadata, yText } from "./schema.ts";
import { replaceText } from "./text-diff.ts";

/** What an edit needs of the document: how its cells stand in it is its own business. */
export interface EditTarget {
  readonly meta: Y.Map<unknown>;
  find(id: CellId): YCell | undefined;
  /** `after` is null or there. */
  insertCell(cell: YCell, after: CellId | null): void;
  deleteCell(cell: YCell): void;
  moveCell(cell: YCell, after: CellId | null): EditResult;
  setCellType(cell: YCell, cellType: CellType): void;
}

const done: EditResult = { ok: true };
const noSuchCell: EditResult = { ok: false, reason: "no-such-cell" };
const noSuchField: EditResult = { ok: false, reason: "no-such-field" };

export function applyEdit(target: EditTarget, edit: NotebookEdit): EditResult {
  switch (edit.type) {
    case "insert-cell": {
      const { id, cellType, source, metadata = {}, fields = {} } = edit.cell;
      if (target.find(id)) return { ok: false, reason: "duplicate-id" };
      if (edit.after !== null && !target.find(edit.after)) return noSuchCell;
      const seed = { id, cellType, source, metadata, extras: extrasOf(fields, "cell") };
      target.insertCell(makeCell(seed), edit.after);
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
      target.deleteCell(cell);
      return done;
    case "move-cell":
      return target.moveCell(cell, edit.after);
    case "set-cell-type":
      if (readCellType(cell) !== edit.cellType) target.setCellType(cell, edit.cellType);
      return done;
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
