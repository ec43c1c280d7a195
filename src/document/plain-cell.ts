/** One cell as plain data, and what the executing process writes into it. Tells whether something changed. */
import type { Cell, CellType, JsonObject, Output } from "../nbformat/notebook.ts";
import { assertNever } from "../util/assert-never.ts";
import type { CellId } from "../util/ids.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";
import type { EditResult, OutputEdit } from "./edits.ts";
import type { CellSnapshot } from "./live-notebook.ts";
import { extrasOf } from "./schema.ts";

export type Written = { readonly result: EditResult; readonly changed: boolean };

const changed: Written = { result: { ok: true }, changed: true };
const unchanged: Written = { result: { ok: true }, changed: false };
const noSuchOutput: Written = { result: { ok: false, reason: "no-such-output" }, changed: false };

export class PlainCell {
  readonly id: CellId;
  readonly cellType: CellType;
  extras: Readonly<Record<string, unknown>>;
  source: string;
  metadata: JsonObject;
  outputs: Output[];
  executionCount: number | null;
  isRunning = false;
  private snapshotRead: CellSnapshot | null = null;
  private cellRead: { readonly withId: boolean; readonly cell: Cell } | null = null;

  constructor(
    id: CellId,
    of: {
      cellType: CellType;
      source: string;
      metadata: JsonObject;
      outputs?: readonly Output[];
      executionCount?: number | null;
      extras?: Record<string, unknown>;
    },
  ) {
    this.id = id;
    this.cellType = of.cellType;
    this.source = of.source;
    this.metadata = of.metadata;
    this.outputs = [...(of.outputs ?? [])];
    this.executionCount = of.executionCount ?? null;
    this.extras = of.extras ?? {};
  }

  static from(id: CellId, cell: Cell): PlainCell {
    const { cell_type: cellType, source, metadata } = cell;
    const code =
      cell.cell_type === "code" ? { outputs: cell.outputs, executionCount: cell.execution_count } : {};
    return new PlainCell(id, { cellType, source, metadata, ...code, extras: extrasOf(cell, "cell") });
  }

  /** With another kind; what only code cells have is gone. */
  as(cellType: CellType): PlainCell {
    const { source, metadata, extras } = this;
    return new PlainCell(this.id, { cellType, source, metadata, extras: { ...extras } });
  }

  /** To be called after each change of a field. */
  touch(): void {
    this.snapshotRead = null;
    this.cellRead = null;
  }

  snapshot(): CellSnapshot {
    const { id, cellType, source, metadata, executionCount } = this;
    this.snapshotRead ??= {
      id,
      cellType,
      source,
      metadata,
      outputs: [...this.outputs],
      executionCount,
      executionState: this.isRunning ? "running" : "idle",
    };
    return this.snapshotRead;
  }

  cell(withId: boolean): Cell {
    if (this.cellRead?.withId === withId) return this.cellRead.cell;
    const { id, cellType, source, metadata, extras } = this;
    const base = { cell_type: cellType, ...(withId ? { id } : {}), metadata, source, ...extras };
    const cell = (
      cellType === "code"
        ? { ...base, execution_count: this.executionCount, outputs: [...this.outputs] }
        : base
    ) as Cell;
    this.cellRead = { withId, cell };
    return cell;
  }

  write(edit: OutputEdit): Written {
    if (this.cellType !== "code") return { result: { ok: false, reason: "no-such-cell" }, changed: false };
    const written = this.perform(edit);
    if (written.changed) this.touch();
    return written;
  }

  private perform(edit: OutputEdit): Written {
    switch (edit.type) {
      case "begin-execution":
        if (!edit.keepOutputs) this.outputs = [];
        this.executionCount = null;
        this.isRunning = true;
        return changed;
      case "append-output":
        this.outputs.push(edit.output);
        return changed;
      case "replace-output": {
        const before = this.outputs[edit.index];
        if (before === undefined) return noSuchOutput;
        if (jsonEqual(before as JsonValue, edit.output as JsonValue)) return unchanged;
        this.outputs[edit.index] = edit.output;
        return changed;
      }
      case "append-stream": {
        const before = this.outputs[edit.index];
        if (before?.output_type !== "stream") return noSuchOutput;
        const { drop = 0, text } = edit;
        if (drop === 0 && text === "") return unchanged;
        const kept = drop === 0 ? before.text : before.text.slice(0, before.text.length - drop);
        this.outputs[edit.index] = { ...before, text: kept + text };
        return changed;
      }
      case "remove-outputs":
        if (this.outputs.length === 0) return unchanged;
        this.outputs = [];
        return changed;
      case "end-execution":
        if (edit.executionCount !== null) this.executionCount = edit.executionCount;
        this.isRunning = false;
        return changed;
      default:
        return assertNever(edit);
    }
  }
}
