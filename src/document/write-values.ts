/**
 * Values and tables written by name into a live notebook: all or none, in one transaction. The file of a closed
 * notebook is written by the same path, through a live notebook that nobody else has open.
 */
import { getValue, type NamedChange, type NamedValueFault, setValue } from "../nbformat/named-values.ts";
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import { putTable } from "../nbformat/tables.ts";
import { LoopbookError } from "../util/errors.ts";
import { CellId } from "../util/ids.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";
import type { NotebookEdit } from "./edits.ts";
import type { EditOrigin, LiveNotebook } from "./live-notebook.ts";
import type { ValueChanges } from "./value-changes.ts";

export type { ValueChanges } from "./value-changes.ts";

export interface WriteValuesOptions {
  /** Added to the sentence about an unknown name: the nearest one there is. */
  readonly hint?: (name: string, known: readonly string[]) => string;
}

/** @throws LoopbookError `no-such-value`, `not-a-literal`, `unreadable-value`, `value-changed`, `bad-value`, `table-refused`. */
export function writeValues(
  live: LiveNotebook,
  changes: ValueChanges,
  origin: EditOrigin,
  options: WriteValuesOptions = {},
): void {
  const { values = {}, tables = {}, expected = {}, create = false } = changes;
  let notebook = live.toNotebook();
  for (const [name, value] of Object.entries(expected)) expectValue(notebook, name, value, options);
  const ids = [...live.cellIds()];
  const edits: NotebookEdit[] = [];
  const take = (after: Notebook, index: number, isNewCell: boolean): void => {
    const cell = after.cells[index];
    if (cell !== undefined && cell !== notebook.cells[index])
      edits.push(
        ...(isNewCell ? [insertion(cell, ids)] : changesOf(cell, notebook.cells[index], ids[index])),
      );
    notebook = after;
  };
  for (const [name, value] of Object.entries(values)) {
    const change = setValue(notebook, name, value, { create });
    if (!change.ok) throw valueFault(name, change, options);
    take(change.notebook, change.place.cellIndex, change.isNewCell);
  }
  for (const [name, table] of Object.entries(tables)) {
    const change = putTable(notebook, name, table);
    if (!change.ok) throw new LoopbookError("table-refused", change.message);
    take(change.notebook, change.cellIndex, change.isNewCell);
  }
  const done = live.applyAll(edits, origin);
  // Read and written without a pause, so nobody can have come between.
  if (!done.ok) throw new Error(`values could not be written: ${done.reason}`);
}

/** What is wrong with a name, as an error with a stable code. */
export function valueFault(
  name: string,
  fault: NamedValueFault | Extract<NamedChange, { ok: false }>,
  { hint }: WriteValuesOptions = {},
): LoopbookError {
  const nearest = fault.reason === "no-such-name" ? (hint?.(name, fault.known) ?? "") : "";
  return new LoopbookError(CODES[fault.reason], fault.message + nearest);
}

const CODES = {
  "no-such-name": "no-such-value",
  "not-a-literal": "not-a-literal",
  ambiguous: "unreadable-value",
  "unknown-language": "unreadable-value",
  "no-literal-for-value": "bad-value",
  changed: "value-changed",
} as const;

function expectValue(notebook: Notebook, name: string, value: JsonValue, options: WriteValuesOptions): void {
  const found = getValue(notebook, name);
  if (!found.ok) throw valueFault(name, found, options);
  if (jsonEqual(found.value, value)) return;
  throw new LoopbookError(
    "value-changed",
    `${name} is ${JSON.stringify(found.value)} by now, not ${JSON.stringify(value)}; nothing was changed.`,
  );
}

function insertion(cell: Cell, ids: CellId[]): NotebookEdit {
  const id = CellId.create();
  const after = ids.at(-1) ?? null;
  ids.push(id);
  const { cell_type: cellType, source, metadata } = cell;
  return { type: "insert-cell", cell: { id, cellType, source, metadata }, after };
}

function changesOf(cell: Cell, before: Cell | undefined, id: CellId | undefined): NotebookEdit[] {
  if (before === undefined || id === undefined) return [];
  const keys = Object.keys({ ...before.metadata, ...cell.metadata });
  return [
    ...(cell.source === before.source
      ? []
      : [{ type: "set-source", id, source: cell.source } satisfies NotebookEdit]),
    ...keys.flatMap((key): NotebookEdit[] =>
      cell.metadata[key] === before.metadata[key]
        ? []
        : [{ type: "set-cell-metadata", id, key, value: cell.metadata[key] }],
    ),
  ];
}
