import type { NotebookId, RunId } from "../util/ids.ts";
import type { JsonValue } from "../util/json.ts";
import type { RunEventRecord, RunRecord, RunSnapshot, StepRecord } from "./run.ts";

export interface RunFilter {
  readonly status?: readonly RunSnapshot["status"][];
  readonly inputPath?: string;
  readonly limit?: number;
}

/** The ledger of runs (port). What was appended is durable when the promise resolves. */
export interface RunStore {
  create(record: RunRecord): Promise<void>;
  /** The state after an event, with what came to be by it, in one transaction. */
  append(
    id: RunId,
    change: {
      readonly snapshot: RunSnapshot;
      readonly events: readonly RunEventRecord[];
      readonly steps: readonly StepRecord[];
      /**
       * Survives the death of this process, not yet that of the machine: for what nobody waits for. A later write
       * without this makes it durable, too.
       */
      readonly relaxed?: true;
      /** Of an attached run: its reducer's state, with how far its logs were taken, in the same transaction. */
      readonly attached?: JsonValue;
    },
  ): Promise<void>;
  /** What was kept last as `attached`; null: nothing. */
  attached?(id: RunId): Promise<JsonValue | null>;
  describe(id: RunId, facts: Partial<Pick<RunRecord, "kernel" | "packages" | "recordPath">>): Promise<void>;
  /** By id or an unambiguous beginning of it. */
  get(id: string): Promise<RunRecord | null>;
  /** Newest first, at most `limit` (100); without `steps` and `recentEvents`, which `get` has. */
  list(filter?: RunFilter): Promise<readonly RunSnapshot[]>;
  /** How long each cell took in the newest completed runs of this notebook, for an ETA (cell id → median ms). */
  typicalDurations(inputPath: string): Promise<ReadonlyMap<string, number>>;
  /**
   * A notebook's file has another path: its records tell the new one. `notebookId`: only those of this notebook, as
   * the file of before is there still.
   */
  moved?(from: string, to: string, notebookId?: NotebookId): Promise<void>;
  /**
   * The run lives in this process from now on. False: it has ended, its process lives, or another one was first.
   * Where it is missing, runs end with their process.
   */
  takeOver?(id: RunId): Promise<boolean>;
  close(): Promise<void>;
}
