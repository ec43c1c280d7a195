/**
 * Reads from a live notebook's changes what was done to which cell. Keeps what every cell held before, without its
 * outputs: those are the run's, and no part of who wrote what.
 */
import { movedKeys } from "../../nbformat/merge/merge-order.ts";
import { type Cell, type CellType, type JsonObject, tagsOf } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import { type JsonValue, jsonEqual } from "../../util/json.ts";
import { extrasOf } from "../fields.ts";
import type { LiveNotebook, NotebookChange } from "../live-notebook.ts";
import type { DeletedCell, HistoryAct } from "./entry.ts";

/** What one transaction did to one cell (`null`: to the notebook's own metadata). */
export interface CellAct {
  readonly cellId: CellId | null;
  readonly acts: readonly HistoryAct[];
  /** The cell's text before and after; equal when it stayed. */
  readonly before: string;
  readonly after: string;
  readonly keys: readonly string[];
  readonly deleted: DeletedCell | null;
}

interface Face {
  readonly cellType: CellType;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly fields: JsonObject;
}

/** What the executing process notes about executions: results, not edits. */
const RESULT_KEYS: ReadonlySet<string> = new Set(["execution", "papermill", "widgets", "language_info"]);
/** Set by whoever starts a kernel. */
const KERNEL_KEYS: ReadonlySet<string> = new Set([...RESULT_KEYS, "kernelspec"]);
const PARAMETER_TAGS = ["parameters", "injected-parameters"];

export class ChangeReader {
  private readonly live: LiveNotebook;
  private order: readonly CellId[];
  private readonly faces = new Map<CellId, Face>();
  private metadata: JsonObject;

  constructor(live: LiveNotebook) {
    this.live = live;
    this.order = live.cellIds();
    for (const id of this.order) {
      const face = this.faceOf(id);
      if (face !== undefined) this.faces.set(id, face);
    }
    this.metadata = live.metadata();
  }

  /** The cell's text as it was read last. */
  sourceOf(id: CellId): string | undefined {
    return this.faces.get(id)?.source;
  }

  /** @param byRun the author is an executing process. */
  read(change: NotebookChange, byRun: boolean): CellAct[] {
    if (!change.order && !change.metadata && change.cells.size === 0) return [];
    const acts: CellAct[] = change.order ? this.readOrder() : [];
    const told = new Set(acts.map(({ cellId }) => cellId));
    for (const id of change.cells) if (!told.has(id)) acts.push(...this.readCell(id, []));
    if (change.metadata) acts.push(...this.readMetadata(byRun));
    return acts;
  }

  private readOrder(): CellAct[] {
    const before = this.order;
    const after = this.live.cellIds();
    this.order = after;
    const there = new Set(after);
    const acts: CellAct[] = [];
    for (const [index, id] of before.entries()) {
      if (!there.has(id)) acts.push(...this.noteDeleted(id, before[index - 1] ?? null));
    }
    const moved = movedKeys(before, after);
    for (const id of after) {
      if (!this.faces.has(id)) acts.push(...this.readCell(id, ["inserted"]));
      else if (moved.has(id)) acts.push(...this.readCell(id, ["moved"]));
      // A cell that became another kind, or was made anew at its place, comes as a change of order.
      else if (this.live.cell(id)?.cellType !== this.faces.get(id)?.cellType)
        acts.push(...this.readCell(id, []));
    }
    return acts;
  }

  private noteDeleted(id: CellId, after: CellId | null): CellAct[] {
    const face = this.faces.get(id);
    if (face === undefined) return [];
    this.faces.delete(id);
    const { source } = face;
    return [
      {
        ...{ cellId: id, acts: ["deleted"], before: source, after: "", keys: [] },
        deleted: { cell: cellOf(id, face), after },
      },
    ];
  }

  private readCell(id: CellId, first: readonly HistoryAct[]): CellAct[] {
    const face = this.faceOf(id);
    if (face === undefined) return [];
    const old = this.faces.get(id);
    this.faces.set(id, face);
    const acts: HistoryAct[] = [...first];
    if (old === undefined) {
      return [{ cellId: id, acts, before: "", after: face.source, keys: [], deleted: null }];
    }
    const metadata = changedKeys(old.metadata, face.metadata, RESULT_KEYS);
    const fields = changedKeys(old.fields, face.fields);
    if (old.source !== face.source) acts.push(holdsParameters(face) ? "parameters" : "source");
    if (old.cellType !== face.cellType) acts.push("type");
    if (metadata.length > 0) acts.push("metadata");
    if (fields.length > 0) acts.push("fields");
    if (acts.length === 0) return [];
    const keys = [...metadata, ...fields];
    return [{ cellId: id, acts, before: old.source, after: face.source, keys, deleted: null }];
  }

  private readMetadata(byRun: boolean): CellAct[] {
    const before = this.metadata;
    this.metadata = this.live.metadata();
    const keys = changedKeys(before, this.metadata, byRun ? KERNEL_KEYS : RESULT_KEYS);
    if (keys.length === 0) return [];
    return [{ cellId: null, acts: ["metadata"], before: "", after: "", keys, deleted: null }];
  }

  private faceOf(id: CellId): Face | undefined {
    const cell = this.live.toCell(id);
    if (cell === undefined) return undefined;
    const { cell_type: cellType, source, metadata } = cell;
    return { cellType, source, metadata, fields: extrasOf(cell, "cell") as JsonObject };
  }
}

function cellOf(id: CellId, { cellType, source, metadata, fields }: Face): Cell {
  const base = { cell_type: cellType, id, metadata, source, ...fields };
  return (cellType === "code" ? { ...base, execution_count: null, outputs: [] } : base) as Cell;
}

function holdsParameters({ metadata }: Face): boolean {
  const tags = tagsOf({ metadata });
  return PARAMETER_TAGS.some((tag) => tags.includes(tag));
}

function changedKeys(before: JsonObject, after: JsonObject, ignored?: ReadonlySet<string>): string[] {
  if (before === after) return [];
  const own = (record: JsonObject, key: string): JsonValue | undefined =>
    Object.hasOwn(record, key) ? record[key] : undefined;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !ignored?.has(key) && !jsonEqual(own(before, key), own(after, key)),
  );
}
