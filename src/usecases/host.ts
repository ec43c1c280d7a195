/**
 * The program as its servers and commands see it: open notebooks and runs of this process. `worker/` implements it.
 */

import type { Kernel, KernelSpec, StartKernelOptions } from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";
import type { Questions } from "../review/question.ts";
import type { RunOptions, RunRecord, RunSnapshot } from "../runs/run.ts";
import type { TelemetryStore } from "../telemetry/telemetry-store.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId, NotebookId, RunId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import type { AttachedRuns } from "./attached-run.ts";
import type { LiveRun } from "./live-run.ts";
import type { CellOutcome, NotebookSession } from "./notebook-session.ts";
import type { OutputTrust } from "./output-trust.ts";

export interface StartRunRequest {
  readonly runId: RunId;
  /** Absolute path of the notebook to run, or one that is open already. */
  readonly input: { readonly path: string } | { readonly notebookId: NotebookId } | { readonly text: string };
  /**
   * `in-place` writes into the input; `path` into another file, the input is left alone; `record` keeps the executed
   * copy in the state folder; `none` writes no file.
   */
  readonly output:
    | { readonly type: "in-place" }
    | { readonly type: "path"; readonly path: string }
    | { readonly type: "record" }
    | { readonly type: "none" };
  readonly options: Partial<RunOptions>;
  readonly by: Party;
  readonly name?: string;
  /** More environment for the kernel. */
  readonly env?: Readonly<Record<string, string>>;
  readonly hooks?: RunHooks;
}

/** For a program that looks on from inside: the run waits for what these return. They must not reject. */
export interface RunHooks {
  beforeCell?(cellId: CellId): Promise<void>;
  /** The outputs and the end are in the document. */
  afterCell?(cellId: CellId, outcome: CellOutcome): Promise<void>;
}

/** A run whose kernel outlives its process. */
export interface KeptRun {
  readonly runId: RunId;
  readonly kernelId: string;
  readonly isAlive: boolean;
}

/** Absolute paths. */
export interface MovedNotebook {
  /** Null: it was not open. */
  readonly id: NotebookId | null;
  readonly from: string;
  readonly to: string;
  /** It was saved under another name; the file of before is there still. */
  readonly keepsOld: boolean;
}

/** Kernels of no notebook, for clients that bring their own code. They end with the host, or before by who asked. */
export interface ClientKernels {
  /** @param note kept with a kernel that outlives this process, for who comes after it. */
  start(options: StartKernelOptions, note: JsonObject): Promise<Kernel>;
  note(kernel: Kernel, note: JsonObject): void;
  /** Those that an earlier process left. */
  left(): Promise<readonly { readonly id: string; readonly note: JsonObject }[]>;
  /** Settles when it has told what it said meanwhile. @throws LoopbookError `no-held-kernel`. */
  takeBack(id: string): Promise<Kernel>;
}

/** Files and folders of any kind, by absolute paths. Never over something that is there. */
export interface EntryMoves {
  /** Open notebooks go along with their people and runs. @throws LoopbookError `notebook-exists`, `bad-name`, … */
  move(from: string, to: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** Closes what is open. @throws LoopbookError `run-goes-on`, `no-such-file`, `no-trash`. */
  trash(path: string): Promise<void>;
}

export interface Host {
  /** Opens (or returns) the notebook at an absolute path. @throws LoopbookError with one clear line. */
  openNotebook(path: string): Promise<NotebookSession>;
  /** Notebooks of which an earlier process left a kernel; opening one takes it back. Absent: kernels are not kept. */
  leftNotebooks?(): Promise<readonly string[]>;
  notebook(id: NotebookId): NotebookSession | undefined;
  notebooks(): readonly NotebookSession[];
  /**
   * The notebook that an earlier process had open under this id, opened again with its history; null: there is none.
   * @throws LoopbookError as `openNotebook` does.
   */
  reopenNotebook(id: NotebookId): Promise<NotebookSession | null>;
  closeNotebook(id: NotebookId): Promise<void>;

  /**
   * The open notebook gets another path (absolute, ending in `.ipynb`); people, run, kernel and history stay. Never
   * over a file that is there.
   * @throws LoopbookError `no-such-notebook`, `notebook-exists`, `open-elsewhere`, `no-such-folder`, `bad-name`,
   *   `no-file`, `notebook-unwritable`, `room-not-kept`.
   */
  moveNotebook(id: NotebookId, to: string): Promise<void>;
  /** The same, but the file of before stays as it was saved last. */
  saveNotebookAs(id: NotebookId, to: string): Promise<void>;
  /** What the open notebook holds now, as another file; this one goes on as it is. */
  copyNotebook(id: NotebookId, to: string): Promise<void>;
  /**
   * Another program moved the file to where one with the same content was found (`SaveState` `missing`): this notebook
   * goes on there. @throws LoopbookError `not-missing`, `open-elsewhere`.
   */
  followNotebook(id: NotebookId): Promise<void>;
  /** By its path, open or not. @throws LoopbookError as above; `no-such-file`. */
  moveFile(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  /**
   * The notebook goes into the user's trash, saved as it is now. Where it is open here it is closed: people are told,
   * its kernel ends. Its room waits for it, should somebody bring the file back.
   * @throws LoopbookError `run-goes-on`, `open-elsewhere`, `no-such-file`, `no-trash`.
   */
  trashFile(path: string): Promise<void>;
  /** The three for any file, and for a folder with all notebooks in it. Absent: for notebooks alone. */
  readonly entries?: EntryMoves;
  kernelSpecs(): Promise<readonly KernelSpec[]>;
  /** Absent: no scripts of outputs run. */
  readonly trust?: OutputTrust;
  /** Absent: kernels of notebooks only. */
  readonly clientKernels?: ClientKernels;
  /** Absent: no process joins from outside. */
  readonly attachedRuns?: AttachedRuns;
  readonly telemetry?: TelemetryStore;
  readonly questions?: Questions;

  /** @throws LoopbookError `unknown-parameter`, `bad-parameter`, `notebook-unreadable`, `no-such-kernel`, … before anything runs. */
  startRun(request: StartRunRequest): Promise<LiveRun>;
  /**
   * Runs that have a kernel which outlives its process, oldest first. `isAlive` false: the kernel was killed, and what
   * it said until then is still to be read. Whether the run's process is gone, `takeRunBack` finds out.
   */
  keptRuns?(): Promise<readonly KeptRun[]>;
  /**
   * Goes on with such a run when its process is gone: its cell gets the outputs that came meanwhile, and the next one
   * is read from the document.
   * Null: there is nothing to go on with, or another process has it.
   */
  takeRunBack?(id: RunId, by: Party): Promise<LiveRun | null>;
  run(id: RunId): LiveRun | undefined;
  /** The live run shown in this notebook, if any. */
  runOf(id: NotebookId): LiveRun | undefined;
  runs(): readonly LiveRun[];
  /** Ended runs too, from the ledger. */
  runRecord(id: string): Promise<RunRecord | null>;
  runHistory(filter?: {
    readonly inputPath?: string;
    readonly limit?: number;
  }): Promise<readonly RunSnapshot[]>;

  onOpened(listener: (session: NotebookSession) => void): Unsubscribe;
  /** A notebook's file has another path, by our hand or another program's. */
  onMoved(listener: (moved: MovedNotebook) => void): Unsubscribe;
  onRun(listener: (run: LiveRun) => void): Unsubscribe;
  /** Saves, and leaves runs and kernels that outlive this process as they are: it ends in a moment. */
  leave?(): Promise<void>;
  /** Ends runs as `stopped`, saves, ends every kernel. */
  close(): Promise<void>;
}
