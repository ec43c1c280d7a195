import type { EditOrigin } from "../document/live-notebook.ts";
import type { Party } from "../people/party.ts";
import type { TakenBack } from "../runs/machine/taken-back.ts";
import type { ParameterSpec, ParameterValues } from "../runs/parameters.ts";
import type { RunOptions } from "../runs/run.ts";
import type { RunStore } from "../runs/run-store.ts";
import type { RunHooks } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import type { CellId, RunId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";
import type { RunNotes } from "./run-notes.ts";

export interface RunControllerOptions {
  readonly id: RunId;
  readonly session: NotebookSession;
  readonly store: RunStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options: RunOptions;
  readonly name: string;
  readonly inputPath: string | null;
  readonly outputPath: string | null;
  readonly recordPath: string | null;
  readonly parameters: readonly ParameterSpec[];
  readonly values: ParameterValues;
  readonly startedBy: Party;
  readonly startedAtMs: number;
  readonly host: string;
  readonly version: string;
  readonly notes: RunNotes;
  /** The origin of the run's own edits. */
  readonly origin: EditOrigin;
  /** The language of parameters, where it is not the kernel's. */
  readonly language: string | null;
  readonly startAt: CellId | null;
  readonly approvedBefore: CellId | null;
  /** Gives the run its kernel: fresh, or the one that lives. */
  readonly startKernel: () => Promise<void>;
  /** Brings the saved file to where it was asked to be; resolves with the reason when that failed. */
  readonly publish?: () => Promise<string | null>;
  readonly hooks?: RunHooks;
  /** An earlier process drove it so far; `startKernel` takes its kernel back. */
  readonly takenBack?: TakenBack;
}
