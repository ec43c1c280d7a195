/**
 * One open notebook as the rest of the program sees it: its live document, its file, its kernel, and whoever
 * executes cells in it. `worker/` implements it; server, run controller and terminal drive it.
 */
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { LogGrowth } from "../document/output-keeper.ts";
import type { OutputReader } from "../document/output-store.ts";
import type {
  Completion,
  InputRequest,
  Inspection,
  Kernel,
  KernelDeath,
  KernelState,
  Outlive,
} from "../kernel/kernel.ts";
import type { ConflictChoice, NotebookConflict } from "../nbformat/merge/conflict.ts";
import type { Notebook, Output } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { CellId, ExecutionId, NotebookId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import type { CellOutcome } from "./cell-outcome.ts";
import type { NotebookWidgets } from "./notebook-widgets.ts";
import type { PresenceRoom } from "./presence-room.ts";
import type { SessionComments } from "./session-comments.ts";
import type { SessionHistory } from "./session-history.ts";

export type { AbortReason, CellOutcome } from "./cell-outcome.ts";

/** Execute by cell id and what the person saw; the source never travels beside the document. */
export interface ExecuteCellRequest {
  readonly executionId: ExecutionId;
  readonly cellId: CellId;
  /** `sourceHash` of what they saw. */
  readonly sourceHash: string;
  readonly by: Party;
  /** `subshell`: beside a busy main shell. Default `main`: queued behind what runs. */
  readonly lane?: "main" | "subshell";
  /** `input()` is passed on as a question (default true); false: it fails at once in the kernel. */
  readonly allowInput?: boolean;
  readonly timeoutMs?: number;
  /**
   * What a timeout does beside interrupting: `fail` (default) also stops the queue behind the cell; `continue` goes
   * on with the next, as nbclient's `interrupt_on_timeout` allows. The outcome is `timed-out` either way.
   */
  readonly onTimeout?: "fail" | "continue";
  /** Writes nbclient's timing into the cell's metadata (`execution`: times of start, reply and end). Default false. */
  readonly recordTiming?: boolean;
  /** Kept with the execution where the kernel outlives this process; told to `attachKernel`'s `isRecorded`. */
  readonly note?: JsonObject;
  /** `confirm` will be called when who asked has recorded the end; until then the kernel's holder keeps it. */
  readonly confirms?: true;
}

export type ExecuteRefusal =
  | "no-such-cell"
  | "not-a-code-cell"
  | "source-changed"
  | "no-kernel"
  | "subshells-unsupported";

export type ExecuteTicket =
  | { readonly accepted: true; readonly outcome: Promise<CellOutcome> }
  | { readonly accepted: false; readonly refusal: ExecuteRefusal; readonly message: string };

/** What everybody may see of a cell's execution; absent cells were not run in this session. */
export interface CellExecution {
  readonly executionId: ExecutionId;
  readonly state: "queued" | "running" | "done";
  readonly by: Party;
  readonly lane: "main" | "subshell";
  readonly queuedAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly outcome: CellOutcome | null;
}

export interface PendingInput {
  /** Made by us; answers name it, so that a late answer never reaches a later question. */
  readonly id: string;
  readonly cellId: CellId;
  readonly request: InputRequest;
  readonly askedAtMs: number;
}

export interface KernelView {
  readonly state: KernelState | "none";
  readonly specName: string | null;
  readonly displayName: string | null;
  readonly language: string | null;
  readonly supportsSubshells: boolean;
  readonly pid: number | null;
  readonly death: KernelDeath | null;
  readonly sinceMs: number;
}

export type SaveState =
  | { readonly type: "saved"; readonly atMs: number }
  | { readonly type: "unsaved" }
  | { readonly type: "failed"; readonly reason: string; readonly atMs: number }
  /** Another program left something that is no notebook; nothing is written over it, saving goes on when it is one. */
  | { readonly type: "waiting"; readonly reason: string; readonly atMs: number }
  /**
   * Another program moved or deleted the file, and it is not made anew until somebody says so (`save` with `again`,
   * or saving under another name). `movedTo`: a file with the same content, absolute, if one is near.
   */
  | {
      readonly type: "missing";
      readonly reason: string;
      readonly movedTo: string | null;
      readonly atMs: number;
    };

/** What a merge with outside changes left undecided. It stands in the document; nothing else waits for it. */
export interface SessionConflicts {
  list(): readonly NotebookConflict[];
  /** By ordinary edits. `cellId: null`: the notebook's own metadata. False: no such conflict any more. */
  resolve(cellId: string | null, choice: ConflictChoice, by: Party): boolean;
  /** Names of other versions beside the file, left by tools that synchronise folders and not merged yet. */
  copies(): Promise<readonly string[]>;
  /** Merges one of them; it stays where it is. False: there is no such copy. @throws LoopbookError `notebook-unreadable`. */
  mergeCopy(name: string): Promise<boolean>;
}

export type SessionEvent =
  | { readonly type: "kernel"; readonly kernel: KernelView }
  | { readonly type: "execution"; readonly cellId: CellId; readonly execution: CellExecution }
  | { readonly type: "input-requested"; readonly input: PendingInput }
  | { readonly type: "input-settled"; readonly inputId: string }
  | { readonly type: "save"; readonly save: SaveState }
  | { readonly type: "conflicts"; readonly conflicts: readonly NotebookConflict[] }
  /** The file has another path now, absolute. */
  | { readonly type: "path"; readonly path: string };

/** Outputs of which the document holds only a face. */
export interface NotebookOutputs {
  readonly store: OutputReader;
  /** Outputs as files have them; the same where they are whole already. */
  whole(outputs: readonly Output[]): Promise<readonly Output[]>;
  /** The notebook as its file is to have it. */
  wholeNotebook(): Promise<Notebook>;
  /** Told what logs say that are too long for the document, before their faces change there. */
  onLog(listener: (growth: LogGrowth) => void): Unsubscribe;
}

export interface NotebookSession {
  readonly id: NotebookId;
  /** Absolute path of the file, until it moves; null for a notebook that has none yet (stdin). */
  readonly path: string | null;
  readonly live: LiveNotebook;
  /** The wholes of outputs that are too big for the document. Absent: there are none. */
  readonly outputs?: NotebookOutputs;
  /** Absent: none are followed here. */
  readonly widgets?: NotebookWidgets;

  kernelView(): KernelView;
  /** The kernel itself, for what a run needs beside cells; null when there is none. */
  kernel(): Kernel | null;
  /** Idempotent: a kernel that lives is kept. Without a name: the notebook's `kernelspec`, else Python. */
  startKernel(options?: {
    readonly specName?: string;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly startTimeoutMs?: number;
    readonly outlive?: Outlive;
  }): Promise<Kernel>;
  /**
   * Takes a kernel back that an earlier process started (`KernelProvider.held`). Cells that it ran since the file was
   * saved get their outputs from the beginning, and who asked for them then is given their outcome when it asks for
   * the cell again.
   * @param isRecorded whether who asked knows the end already, by the execution's `note`; it does not ask again.
   * @throws LoopbookError `no-held-kernel`.
   */
  attachKernel?(id: string, isRecorded: (note: JsonObject) => boolean): Promise<Kernel>;
  /** Whether anything ran in the kernel: its memory is not that of a new one. */
  hasUsedKernel?(): boolean;
  /** Whose the kernel is from now on, and how long it waits when this process is gone; where it can outlive it. */
  keepKernel?(outlive: Outlive): void;
  /** Whether this cell was running, or ran, in an earlier process, and who asked has not taken it over yet. */
  hasRecovered?(cellId: CellId): boolean;
  /** See `ExecuteCellRequest.confirms`. */
  confirm?(executionId: ExecutionId): void;
  restartKernel(by: Party): Promise<void>;
  interrupt(by: Party): Promise<void>;
  shutdownKernel(): Promise<void>;

  /** Refused at once, or queued (FIFO a lane) and settled when every output is in the document. */
  execute(request: ExecuteCellRequest): ExecuteTicket;
  /** Takes queued (not running) executions back; they settle as `aborted`. */
  cancelQueued(): void;
  executions(): ReadonlyMap<CellId, CellExecution>;
  pendingInputs(): readonly PendingInput[];
  /** False: no such question any more. */
  answerInput(inputId: string, value: string, by: Party): boolean;

  complete(code: string, cursorPosition: number): Promise<Completion>;
  inspect(code: string, cursorPosition: number, detailLevel?: 0 | 1): Promise<Inspection>;

  readonly conflicts: SessionConflicts;
  /** Absent: none is kept. */
  readonly history?: SessionHistory | undefined;
  /** What people say of its cells. Absent: nothing can be kept. */
  readonly comments?: SessionComments | undefined;
  saveState(): SaveState;
  /** Writes now what is unsaved. `again`: also the file that another program took away. */
  save(options?: { readonly again?: boolean }): Promise<SaveState>;
  /**
   * From now on every edit is kept on disk beside the file, so that none is lost when this process dies: somebody
   * joins, who is told what is durable. Cheap when it is so already. Without a file nothing is kept.
   */
  keep(): void;
  /** Settles when all that the document holds now is on disk, as far as it is kept. Rejects when it was closed before. */
  durable(): Promise<void>;
  on(listener: (event: SessionEvent) => void): Unsubscribe;
  /** Of a notebook that others have open elsewhere: they and those in this room are to see each other. */
  meet?(room: PresenceRoom): void;
  /** Saves, ends the kernel, closes. */
  close(): Promise<void>;
}
