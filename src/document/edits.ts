/**
 * The closed set of edits of a live notebook. Nobody changes the document by another door.
 * Places are given by neighbour (`after`), never by index; ids are made by the caller.
 */
import type { CellType, JsonObject, JsonValue, Output } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";

export interface NewCell {
  readonly id: CellId;
  readonly cellType: CellType;
  readonly source: string;
  readonly metadata?: JsonObject;
  /** `attachments`, and what else a file had beside the fields that we know. */
  readonly fields?: JsonObject;
}

/** What people (and programs in their name) change. */
export type NotebookEdit =
  /** `after: null` puts it first. */
  | { readonly type: "insert-cell"; readonly cell: NewCell; readonly after: CellId | null }
  | { readonly type: "delete-cell"; readonly id: CellId }
  | { readonly type: "move-cell"; readonly id: CellId; readonly after: CellId | null }
  | { readonly type: "set-cell-type"; readonly id: CellId; readonly cellType: CellType }
  /** Applied as the smallest change of text, so that cursors and parallel edits survive. */
  | { readonly type: "set-source"; readonly id: CellId; readonly source: string }
  /** `value: undefined` removes the key. */
  | {
      readonly type: "set-cell-metadata";
      readonly id: CellId;
      readonly key: string;
      readonly value: JsonValue | undefined;
    }
  | { readonly type: "set-notebook-metadata"; readonly key: string; readonly value: JsonValue | undefined }
  /** `attachments`, or a field that we do not know. `value: undefined` removes it. */
  | {
      readonly type: "set-cell-field";
      readonly id: CellId;
      readonly key: string;
      readonly value: JsonValue | undefined;
    }
  /** `nbformat_minor` (from 5 on, cells are written with their ids), or a field that we do not know. */
  | { readonly type: "set-notebook-field"; readonly key: string; readonly value: JsonValue | undefined };

/** What only the process that executes cells writes; others ask it to. */
export type OutputEdit =
  /** Begins an execution: outputs cleared (unless `keepOutputs`), count removed, state running. */
  | { readonly type: "begin-execution"; readonly id: CellId; readonly keepOutputs?: boolean }
  | { readonly type: "append-output"; readonly id: CellId; readonly output: Output }
  /** Replaces the output at `index` in place (update_display_data, a stream that a `\r` rewrote). */
  | { readonly type: "replace-output"; readonly id: CellId; readonly index: number; readonly output: Output }
  /** Adds text to the stream output at `index`, after taking `drop` characters (default 0) off its end. */
  | {
      readonly type: "append-stream";
      readonly id: CellId;
      readonly index: number;
      readonly drop?: number;
      readonly text: string;
    }
  | { readonly type: "remove-outputs"; readonly id: CellId }
  /** As if the cell had never been run: outputs and count are gone. A running one stays running. */
  | { readonly type: "clear-outputs"; readonly id: CellId }
  /** Written after the last output, in the same transaction order: whoever reads "idle" has every output. */
  | { readonly type: "end-execution"; readonly id: CellId; readonly executionCount: number | null };

/** An edit that could not be applied is an expected race (somebody deleted the cell), not an exception. */
export type EditResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: "no-such-cell" | "no-such-output" | "no-such-field" | "duplicate-id";
    };
