/** What differs between two versions of a notebook, cell by cell. Pure. */
import { type JsonObject, type JsonValue, jsonEqual } from "../../util/json.ts";
import type { Cell, CellType, CodeCell, Notebook, Output } from "../notebook.ts";
import { keyed, keyedLike } from "./cell-keys.ts";
import { diffSequence } from "./diff-sequence.ts";
import { sameCell } from "./merge-cell.ts";
import { movedKeys } from "./merge-order.ts";
import { linesOf } from "./merge-text.ts";

/** Lines that became others; `before` and `after` are texts, line numbers count from 1. */
export interface TextHunk {
  readonly beforeLine: number;
  readonly before: string;
  readonly afterLine: number;
  readonly after: string;
}

export interface KeyChange {
  readonly key: string;
  /** Absent: the key was not there. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

interface Placed {
  readonly id: string;
  /** From 0, in its own version. */
  readonly index: number;
}

export type CellDiff =
  | (Placed & { readonly type: "added" | "removed"; readonly cell: Cell })
  | (Placed & {
      readonly type: "changed";
      readonly indexBefore: number;
      readonly isMoved: boolean;
      readonly cellType: CellType;
      readonly cellTypeBefore: CellType;
      readonly source: readonly TextHunk[];
      readonly metadata: readonly KeyChange[];
      readonly fields: readonly KeyChange[];
      /** Null: they are the same. */
      readonly outputs: { readonly before: readonly Output[]; readonly after: readonly Output[] } | null;
      readonly executionCount: { readonly before: number | null; readonly after: number | null } | null;
    });

export interface NotebookDiff {
  /** In the order of the newer version; removed cells where they were. */
  readonly cells: readonly CellDiff[];
  readonly metadata: readonly KeyChange[];
  readonly fields: readonly KeyChange[];
}

export function diffNotebooks(base: Notebook, other: Notebook): NotebookDiff {
  const before = keyed(base);
  const after = keyedLike(before, other);
  const indexBefore = new Map(before.keys.map((key, index) => [key, index]));
  const there = new Set(after.keys);
  const moved = movedKeys(before.keys, after.keys);
  const cells: CellDiff[] = [];
  let passed = 0;
  const removedUpTo = (end: number): void => {
    for (; passed < end; passed += 1) {
      const [key = "", cell] = [before.keys[passed], base.cells[passed]];
      if (cell && !there.has(key)) cells.push({ type: "removed", id: key, index: passed, cell });
    }
  };
  for (const [index, key] of after.keys.entries()) {
    const cell = other.cells[index];
    const was = indexBefore.get(key);
    if (cell === undefined) continue;
    if (was === undefined) {
      cells.push({ type: "added", id: key, index, cell });
      continue;
    }
    if (!moved.has(key)) removedUpTo(was);
    const old = base.cells[was];
    if (old === undefined || (sameCell(old, cell) && !moved.has(key))) continue;
    cells.push(changedCell({ id: key, index }, was, moved.has(key), old, cell));
  }
  removedUpTo(base.cells.length);
  return {
    cells,
    metadata: keyChanges(base.metadata, other.metadata),
    fields: keyChanges(fieldsOf(base, NOTEBOOK_FIELDS), fieldsOf(other, NOTEBOOK_FIELDS)),
  };
}

export function isSame(diff: NotebookDiff): boolean {
  return diff.cells.length === 0 && diff.metadata.length === 0 && diff.fields.length === 0;
}

/** The notebook as it is before anything ran, for a comparison of what people wrote. */
export function withoutOutputs(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    // When its parts ran is told by who ran it, not by who wrote it.
    const { execution: _times, ...metadata } = cell.metadata;
    return { ...cell, metadata, outputs: [], execution_count: null };
  });
  const { widgets: _state, ...metadata } = notebook.metadata;
  return { ...notebook, cells, metadata };
}

const NOTEBOOK_FIELDS: ReadonlySet<string> = new Set(["cells", "metadata"]);
const CELL_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "cell_type",
  "source",
  "metadata",
  "outputs",
  "execution_count",
]);

function changedCell(place: Placed, indexBefore: number, isMoved: boolean, old: Cell, cell: Cell): CellDiff {
  const [ran, runs] = [executed(old), executed(cell)];
  return {
    type: "changed",
    ...place,
    indexBefore,
    isMoved,
    cellType: cell.cell_type,
    cellTypeBefore: old.cell_type,
    source: textHunks(old.source, cell.source),
    metadata: keyChanges(old.metadata, cell.metadata),
    fields: keyChanges(fieldsOf(old, CELL_FIELDS), fieldsOf(cell, CELL_FIELDS)),
    outputs: jsonEqual(ran.outputs as unknown as JsonValue, runs.outputs as unknown as JsonValue)
      ? null
      : { before: ran.outputs, after: runs.outputs },
    executionCount:
      ran.execution_count === runs.execution_count
        ? null
        : { before: ran.execution_count, after: runs.execution_count },
  };
}

export function textHunks(before: string, after: string): TextHunk[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  return diffSequence(a, b).map(({ aStart, aEnd, bStart, bEnd }) => ({
    beforeLine: aStart + 1,
    before: a.slice(aStart, aEnd).join(""),
    afterLine: bStart + 1,
    after: b.slice(bStart, bEnd).join(""),
  }));
}

function executed(cell: Cell): Pick<CodeCell, "outputs" | "execution_count"> {
  return cell.cell_type === "code" ? cell : { outputs: [], execution_count: null };
}

function keyChanges(before: JsonObject, after: JsonObject): KeyChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): KeyChange[] => {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const now = Object.hasOwn(after, key) ? after[key] : undefined;
    if (jsonEqual(old, now)) return [];
    return [{ key, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }];
  });
}

function fieldsOf(record: Cell | Notebook, known: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !known.has(key))) as JsonObject;
}
