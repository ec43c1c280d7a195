/**
 * Turns another version of a live notebook (what a merge gave, a conflict decided) into ordinary edits: the fewest
 * moves, the smallest changes of text, and nothing for what is as it was. So cursors, outputs and what others write
 * in the same moment survive.
 */
import type { KeyedNotebook } from "../nbformat/merge/cell-keys.ts";
import { movedKeys } from "../nbformat/merge/merge-order.ts";
import type { Cell, Notebook, Output } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import { type JsonObject, type JsonValue, jsonEqual } from "../util/json.ts";
import type { EditResult, NotebookEdit, OutputEdit } from "./edits.ts";
import { extrasOf } from "./fields.ts";
import type { EditOrigin, LiveNotebook } from "./live-notebook.ts";

export interface MergeEdits {
  readonly edits: readonly NotebookEdit[];
  /** To be written after the edits. */
  readonly outputs: readonly OutputEdit[];
}

/** A live notebook as merges see it: its cells' ids are their keys, also where its file has none. */
export function keyedLive(live: LiveNotebook): KeyedNotebook {
  const keys = live.cellIds();
  return { keys, notebook: { ...live.toNotebook(), cells: keys.flatMap((id) => live.toCell(id) ?? []) } };
}

/** Makes the live notebook what `next` is. Keys of `next` are ids in the live notebook. */
export function applyVersion(live: LiveNotebook, next: KeyedNotebook, origin: EditOrigin): EditResult {
  const { edits, outputs } = mergeEdits(keyedLive(live), next);
  const edited: EditResult = edits.length > 0 ? live.applyAll(edits, origin) : { ok: true };
  return edited.ok && outputs.length > 0 ? live.write(outputs, origin) : edited;
}

export function mergeEdits(now: KeyedNotebook, next: KeyedNotebook): MergeEdits {
  const edits: NotebookEdit[] = [];
  const outputs: OutputEdit[] = [];
  const cells = new Map(now.keys.map((key, index) => [key, now.notebook.cells[index]]));
  const stays = new Set(next.keys);
  for (const key of now.keys) if (!stays.has(key)) edits.push({ type: "delete-cell", id: CellId.of(key) });
  const moved = movedKeys(now.keys, next.keys);
  let after: CellId | null = null;
  for (const [index, key] of next.keys.entries()) {
    const cell = next.notebook.cells[index];
    if (cell === undefined) continue;
    const id = CellId.of(key);
    const before = cells.get(key);
    if (before === undefined) edits.push(insertion(id, cell, after));
    else {
      if (moved.has(key)) edits.push({ type: "move-cell", id, after });
      if (before !== cell) edits.push(...cellEdits(id, before, cell));
    }
    if (before !== cell) addOutputs(id, before, cell, outputs);
    after = id;
  }
  edits.push(...notebookEdits(now.notebook, next.notebook));
  return { edits, outputs };
}

function insertion(id: CellId, cell: Cell, after: CellId | null): NotebookEdit {
  const { cell_type: cellType, source, metadata } = cell;
  const fields = extrasOf(cell, "cell") as JsonObject;
  return { type: "insert-cell", cell: { id, cellType, source, metadata, fields }, after };
}

function* cellEdits(id: CellId, before: Cell, after: Cell): Generator<NotebookEdit> {
  if (before.cell_type !== after.cell_type) yield { type: "set-cell-type", id, cellType: after.cell_type };
  if (before.source !== after.source) yield { type: "set-source", id, source: after.source };
  for (const [key, value] of changedKeys(before.metadata, after.metadata))
    yield { type: "set-cell-metadata", id, key, value };
  const fields = [extrasOf(before, "cell"), extrasOf(after, "cell")] as const;
  for (const [key, value] of changedKeys(...fields)) yield { type: "set-cell-field", id, key, value };
}

function addOutputs(id: CellId, before: Cell | undefined, after: Cell, outputs: OutputEdit[]): void {
  if (after.cell_type !== "code") return;
  const isCode = before?.cell_type === "code";
  let had: readonly Output[] = isCode ? before.outputs : [];
  let hadCount = isCode ? before.execution_count : null;
  if (hadCount !== null && after.execution_count === null) {
    outputs.push({ type: "clear-outputs", id });
    had = [];
    hadCount = null;
  }
  if (had.length > after.outputs.length) {
    outputs.push({ type: "remove-outputs", id });
    had = [];
  }
  for (const [index, output] of after.outputs.entries()) {
    const old = had[index];
    if (old === undefined) outputs.push({ type: "append-output", id, output });
    else if (!jsonEqual(old as JsonValue, output as JsonValue))
      outputs.push({ type: "replace-output", id, index, output });
  }
  if (hadCount !== after.execution_count)
    outputs.push({ type: "end-execution", id, executionCount: after.execution_count });
}

function* notebookEdits(before: Notebook, after: Notebook): Generator<NotebookEdit> {
  for (const [key, value] of changedKeys(before.metadata, after.metadata))
    yield { type: "set-notebook-metadata", key, value };
  const fields = [extrasOf(before, "notebook"), extrasOf(after, "notebook")] as const;
  for (const [key, value] of changedKeys(...fields)) yield { type: "set-notebook-field", key, value };
  if (before.nbformat_minor !== after.nbformat_minor)
    yield { type: "set-notebook-field", key: "nbformat_minor", value: after.nbformat_minor };
}

function changedKeys(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): [key: string, value: JsonValue | undefined][] {
  const own = (record: Readonly<Record<string, unknown>>, key: string): JsonValue | undefined =>
    Object.hasOwn(record, key) ? (record[key] as JsonValue | undefined) : undefined;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !jsonEqual(own(before, key), own(after, key)))
    .map((key) => [key, own(after, key)]);
}
