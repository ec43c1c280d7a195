/**
 * Where folded outputs go (port). Today the document holds whole outputs; a store for big payloads is another sink,
 * which keeps the payload and writes only its face into the document.
 */
import type { Output } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";
import type { EditResult, OutputEdit } from "./edits.ts";
import type { EditOrigin, LiveNotebook } from "./live-notebook.ts";

export interface OutputSink {
  /** In order, seen by readers as one change. */
  write(edits: readonly OutputEdit[]): EditResult;
  /** What the document holds of a cell's outputs now; undefined when the cell is gone. */
  outputsOf(cellId: CellId): readonly Output[] | undefined;
}

/** Outputs go into the live document whole. */
export function documentSink(live: LiveNotebook, origin: EditOrigin): OutputSink {
  return {
    write: (edits) => live.write(edits, origin),
    outputsOf: (cellId) => live.cell(cellId)?.outputs,
  };
}
