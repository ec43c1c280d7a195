import type { CellOutcome } from "../usecases/notebook-session.ts";
import type { CellId } from "../util/ids.ts";

/** For programs that watch an execution from inside (nbclient's `on_cell_start`, `on_cell_executed`). Must not throw. */
export interface ExecutionHooks {
  onCellStart?(cellId: CellId): void;
  /** After the last output and the end are in the document. */
  onCellComplete?(cellId: CellId, outcome: CellOutcome): void;
}
