/**
 * The live notebook: a Y.Doc in the `@jupyter/ydoc` schema (version 2) that people and pipelines edit together, and
 * beside it what executing its cells gave, which one process writes. Runs in Node and in the browser. This file is
 * the public face; the schema's details live beside it.
 */
import type * as Y from "yjs";
import type { Cell, CellType, JsonObject, Notebook, Output } from "../nbformat/notebook.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId } from "../util/ids.ts";
import type { EditResult, NotebookEdit, OutputEdit } from "./edits.ts";
import type { NotebookResults } from "./notebook-results.ts";

/** Who a transaction is by; Yjs hands it to observers as `transaction.origin`. */
export type EditOrigin = {
  readonly type: "person" | "run" | "file" | "remote";
  /** `<who>/<with what>`. */
  readonly label: string;
  /** As others see the author; absent: as the label has it. */
  readonly displayName?: string;
  /** Absent: as `type` has it. */
  readonly kind?: "person" | "pipeline";
};

/** What changed in one transaction, by cell, so that a page redraws only that. */
export interface NotebookChange {
  /** Cells were added, removed or moved. */
  readonly order: boolean;
  /** Cells whose source, type or metadata changed. */
  readonly cells: ReadonlySet<CellId>;
  /** Cells whose outputs, count or execution state changed. */
  readonly outputs: ReadonlySet<CellId>;
  readonly metadata: boolean;
  readonly origin: unknown;
}

/** A cell as read at one moment; a new object only when the cell changed (identity is equality). */
export interface CellSnapshot {
  readonly id: CellId;
  readonly cellType: CellType;
  readonly source: string;
  readonly metadata: JsonObject;
  readonly outputs: readonly Output[];
  readonly executionCount: number | null;
  readonly executionState: "idle" | "running";
}

export interface LiveNotebook {
  /** What people edit: source, kinds, order, metadata. Outputs are not in it. */
  readonly doc: Y.Doc;
  /** Outputs, counts and states by cell; of the process that executes cells, else a replica of its. */
  readonly results: NotebookResults;
  /** In document order; the array is a new one only when order changed. */
  cellIds(): readonly CellId[];
  cell(id: CellId): CellSnapshot | undefined;
  /** The shared text of a cell's source, for an editor binding. */
  sourceText(id: CellId): Y.Text | undefined;
  metadata(): JsonObject;
  /** The whole notebook in nbformat; shares unchanged `Cell` objects with the result before. */
  toNotebook(): Notebook;
  /** nbformat form of one cell, the same object until it changes. */
  toCell(id: CellId): Cell | undefined;

  apply(edit: NotebookEdit, origin: EditOrigin): EditResult;
  /** Several edits in one transaction; stops at the first that fails (those before it stay). */
  applyAll(edits: readonly NotebookEdit[], origin: EditOrigin): EditResult;
  /** Outputs and execution state: for the process that executes cells only. One change for all. */
  write(edits: readonly OutputEdit[], origin: EditOrigin): EditResult;

  onChange(listener: (change: NotebookChange) => void): Unsubscribe;
  destroy(): void;
}
