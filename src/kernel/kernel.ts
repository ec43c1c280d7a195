/**
 * What the rest of Loopbook knows of a kernel. Source: the Jupyter messaging protocol 5.x
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html). Knows nothing of documents.
 * Adapters implement `KernelProvider` (local process over ZeroMQ; Jupyter Server and Enterprise Gateway later).
 */
import type { JsonObject, MimeBundle } from "../nbformat/notebook.ts";
import type { OutputMessage } from "../nbformat/output-message.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { KernelId } from "../util/ids.ts";
import type { KernelRelay } from "./relay.ts";

/** A kernelspec as Jupyter finds it (`kernel.json` and where it was). */
export interface KernelSpec {
  readonly name: string;
  readonly displayName: string;
  readonly language: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly interruptMode: "signal" | "message";
  readonly metadata: JsonObject;
  /** The folder that holds `kernel.json`. */
  readonly resourceDir: string;
}

export interface StartKernelOptions {
  /** Kernelspec name; absent: the provider's default (Python). */
  readonly specName?: string;
  readonly cwd?: string;
  /** Added to our environment (after the spec's own `env`). */
  readonly env?: Readonly<Record<string, string>>;
  /** Default 60,000. */
  readonly startTimeoutMs?: number;
  /** Arguments put after the spec's argv (nbclient's `extra_arguments`). */
  readonly extraArguments?: readonly string[];
  /** The kernel shall survive this process, where the provider can (`Kernel.hold`). */
  readonly outlive?: Outlive;
}

/** For a kernel that survives the process that started it. */
export interface Outlive {
  /** Whose it is: for lists, and for who looks for it later. */
  readonly owner: JsonObject;
  /** How long it waits for somebody to come back, counted from when it has nothing to do; then it ends. */
  readonly keepMs: number;
  /** How long it waits in all while it is at work, where that is longer than `keepMs`. */
  readonly keepBusyMs?: number;
  /** What its owner would ask of it next: kept for who comes back, who is told that it was never asked. */
  readonly waiting?: readonly JsonObject[];
}

/** An execution that an earlier process asked for, met in what a held kernel said since. */
export interface HeldExecution {
  readonly tag: JsonObject;
  /** Its outputs from the beginning, and its end, as if it had been asked for here. To be called at once, or never. */
  take(listener: ExecuteListener): Promise<ExecuteOutcome>;
}

export interface ReplayListener {
  onExecution(execution: HeldExecution): void;
  /** The question that was asked last has been answered. */
  onInputAnswered(): void;
}

/**
 * A kernel that a process of its own holds: what it says is kept on disk until it is acknowledged, and its death is
 * told to whoever comes back. See docs/decisions/0002.
 */
export interface KernelHold {
  readonly id: string;
  /** Number of the newest thing the kernel said that was delivered here. */
  position(): number;
  /** What was said up to this position is kept elsewhere (in a saved file): it is not told again. */
  acknowledge(position: number): void;
  note(change: Partial<Outlive>): void;
  /** What was noted when this process attached to it. */
  readonly waiting: readonly JsonObject[];
  /**
   * Once, after an attach: delivers what was not acknowledged. Resolves when that is done; what the kernel says from
   * then on follows without a gap.
   */
  replay(listener: ReplayListener): Promise<void>;
  /** Settles when that is done; at once where nothing was left to be told. Absent: it is not known. */
  readonly told?: Promise<void>;
}

/** A kernel without an owner. */
export interface HeldKernel {
  readonly id: string;
  readonly owner: JsonObject;
  readonly kernelPid: number | null;
  readonly startedAtMs: number;
  /** Null: somebody is attached to it. */
  readonly unattendedSinceMs: number | null;
  readonly keepMs: number;
  /** False: its holder was killed, and the kernel with it; what it said until then can still be read. */
  readonly isAlive: boolean;
}

export interface KernelProvider {
  listSpecs(): Promise<readonly KernelSpec[]>;
  /**
   * Starts a kernel and waits until it answers `kernel_info_request`.
   * @throws LoopbookError `no-such-kernel` (names those that exist), `kernel-did-not-start` (with its stderr tail).
   */
  start(options: StartKernelOptions): Promise<Kernel>;
  /** Kernels that outlive their process, oldest first, of all of this user's processes. */
  held?(): Promise<readonly HeldKernel[]>;
  /**
   * Takes a held kernel back; an earlier owner that still lives loses it. `Kernel.hold.replay` begins what it tells.
   * @throws LoopbookError `no-held-kernel`.
   */
  attach?(id: string): Promise<Kernel>;
  /** A kernel that shall outlive this process is about to be started: what can be done ahead is done. */
  expect?(): void;
  /** Ends every kernel this provider started; none is left behind. */
  close(): Promise<void>;
}

export interface KernelInfo {
  readonly protocolVersion: string;
  readonly implementation: string;
  readonly implementationVersion: string;
  readonly banner: string;
  /** Saved into the notebook's metadata as `language_info`. */
  readonly languageInfo: JsonObject & { name: string };
  readonly supportedFeatures: readonly string[];
}

export type KernelState = "starting" | "idle" | "busy" | "restarting" | "dead";

/** Why a kernel is gone. */
export interface KernelDeath {
  /**
   * `killed`: a signal that we did not send; `out-of-memory`: the kernel's memory cgroup or the OS killed it;
   * `said-dead`: it told its clients so, as wrappers and gateways do of a kernel behind them.
   */
  readonly reason: "exited" | "killed" | "out-of-memory" | "shut-down" | "connection-lost" | "said-dead";
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Peak resident memory in bytes, where the platform tells. */
  readonly memoryPeakBytes: number | null;
  /** The last lines that the process wrote to stderr. */
  readonly stderrTail: string;
}

/** IOPub messages that belong to an execution (or, for comms, to nobody). */
export type IopubMessage = OutputMessage;

/** ipywidgets and friends. Buffers are kept in order. */
export interface CommMessage {
  readonly type: "comm_open" | "comm_msg" | "comm_close";
  readonly commId: string;
  /** Only for `comm_open`. */
  readonly targetName: string | null;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
  /** Of one that came: the id of the request under which the kernel sent it. */
  readonly parentId?: string | null;
}

export interface CommRequest {
  /** As `ExecuteRequest.owner`: given back with what handling the message prints. */
  readonly owner?: string;
  /** While a cell runs, in a subshell beside it where the kernel can; else it waits for the cell's end. */
  readonly besideCells?: boolean;
  /** Called once: the kernel has dealt with it, or is gone. */
  readonly onDone?: () => void;
}

export interface InputRequest {
  readonly prompt: string;
  readonly password: boolean;
}

export interface ExecuteRequest {
  readonly code: string;
  /** Default true. */
  readonly storeHistory?: boolean;
  /** Default false: no IOPub output, no count. */
  readonly silent?: boolean;
  /** Default false; a request for input then raises StdinNotImplementedError in the kernel. */
  readonly allowStdin?: boolean;
  /** Default true: the kernel aborts requests queued behind a failing one. */
  readonly stopOnError?: boolean;
  /** Runs in a subshell beside a busy main shell (only where `supportsSubshells`). */
  readonly lane?: "main" | "subshell";
  /** Expressions evaluated in the kernel after the code (protocol's `user_expressions`). */
  readonly userExpressions?: Readonly<Record<string, string>>;
  /**
   * Kept with the request where the kernel is held (`Kernel.hold`), and given back to a later process that attaches
   * to it: what it needs to know whose the outputs are.
   */
  readonly tag?: JsonObject;
  /** Given back with output that comes after the outcome (a thread that prints on); the caller's own name for this execution. */
  readonly owner?: string;
}

export interface ExecuteListener {
  /** In order; never after the outcome was delivered. `requestId`: the kernel's name for the execution. */
  onOutput(message: IopubMessage, requestId?: string): void;
  /** The kernel asks for a line of input; answer with `kernel.answerInput`. */
  onInputRequest?(request: InputRequest): void;
}

export type ExecuteOutcome =
  | {
      readonly type: "ok";
      readonly executionCount: number | null;
      readonly userExpressions: JsonObject;
      readonly payload: readonly JsonObject[];
    }
  | {
      readonly type: "error";
      readonly executionCount: number | null;
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    }
  /** Queued behind a request that failed or was interrupted. */
  | { readonly type: "aborted" }
  | { readonly type: "kernel-died"; readonly death: KernelDeath };

export interface Completion {
  readonly matches: readonly string[];
  readonly cursorStart: number;
  readonly cursorEnd: number;
  readonly metadata: JsonObject;
}

export interface Inspection {
  readonly found: boolean;
  readonly data: MimeBundle;
}

/** `is_complete_request`: whether code could run as it is, or a terminal should ask for another line. */
export type Completeness = "complete" | "incomplete" | "invalid" | "unknown";

export interface Kernel {
  readonly id: KernelId;
  readonly spec: KernelSpec;
  readonly info: KernelInfo;
  /** Operating-system process id of the kernel, where it is local. */
  readonly pid: number | null;
  readonly state: KernelState;
  /** ipykernel ≥ 7: inspections and ad-hoc code are answered while a cell runs. */
  readonly supportsSubshells: boolean;
  /** Null (or absent): it ends with this process. */
  readonly hold?: KernelHold | null;
  /** For other clients that speak the protocol themselves; absent: this kernel takes none. */
  readonly relay?: KernelRelay;

  /**
   * Sends code. The promise settles after the reply *and* the idle status, when every output was delivered to the
   * listener; it never rejects.
   */
  execute(request: ExecuteRequest, listener: ExecuteListener): Promise<ExecuteOutcome>;
  /** Signal or `interrupt_request`, as the kernelspec says. */
  interrupt(): Promise<void>;
  /** Ends the process and starts it anew; running executions settle as `kernel-died` with reason `shut-down`. */
  restart(): Promise<void>;
  /** Asks the kernel to end, then ends it; no zombie stays. `immediate`: without asking. */
  shutdown(options?: { readonly immediate?: boolean }): Promise<void>;
  answerInput(value: string): void;
  /**
   * In a subshell when the main shell is busy and the kernel can. Cursor in Unicode code points.
   * @throws LoopbookError `kernel-busy` (no subshells), `kernel-did-not-answer`, `kernel-died`.
   */
  complete(code: string, cursorPosition: number): Promise<Completion>;
  inspect(code: string, cursorPosition: number, detailLevel?: 0 | 1): Promise<Inspection>;
  isComplete(code: string): Promise<Completeness>;
  /** @returns the id under which the kernel was asked. */
  sendComm(message: CommMessage, request?: CommRequest): string;
  /** Open comms (`comm_info_request`), for a page that reloads. */
  commInfo(targetName?: string): Promise<Readonly<Record<string, { readonly targetName: string }>>>;

  onState(listener: (state: KernelState) => void): Unsubscribe;
  /** Called once, at once, when the process is gone without our asking. */
  onDeath(listener: (death: KernelDeath) => void): Unsubscribe;
  onComm(listener: (message: CommMessage) => void): Unsubscribe;
  /**
   * `update_display_data` for a display of another execution, and output that no running execution owns. `owner` is
   * the `ExecuteRequest.owner` of the execution, or the `CommRequest.owner` of the message, that caused it, where that
   * is still known; `requestId` the kernel's name for what caused it.
   */
  onStrayOutput(
    listener: (message: IopubMessage, owner: string | null, requestId: string | null) => void,
  ): Unsubscribe;
}
