/** What the page knows of a notebook beside its document. Pure: messages in, new state out. */
import type { LiveMessage } from "../../api/live.ts";
import type { NotebookConflict } from "../../nbformat/merge/conflict.ts";
import { assertNever } from "../../util/assert-never.ts";
import type { ConnectionState } from "./channel.ts";
import type {
  CellExecution,
  KernelView,
  Party,
  PendingInput,
  Rights,
  RunSnapshot,
  SaveState,
} from "./types.ts";

export interface SessionState {
  readonly connection: ConnectionState;
  /** The document was received at least once. */
  readonly loaded: boolean;
  readonly you: Party | null;
  readonly rights: Rights;
  /** What the link is limited to that led here. */
  readonly limitedTo?: "notebook" | "folder";
  readonly path: string | null;
  readonly kernel: KernelView;
  readonly save: SaveState;
  readonly run: RunSnapshot | null;
  readonly executions: Readonly<Record<string, CellExecution>>;
  readonly inputs: readonly PendingInput[];
  readonly conflicts: readonly NotebookConflict[];
}

export const NO_KERNEL: KernelView = {
  state: "none",
  specName: null,
  displayName: null,
  language: null,
  supportsSubshells: false,
  pid: null,
  death: null,
  sinceMs: 0,
};

export const INITIAL: SessionState = {
  connection: "connecting",
  loaded: false,
  you: null,
  rights: { view: true, edit: false, execute: false },
  path: null,
  kernel: NO_KERNEL,
  save: { type: "saved", atMs: 0 },
  run: null,
  executions: {},
  inputs: [],
  conflicts: [],
};

/** Many executions at once are one copy of what is known of all. */
export function receive(state: SessionState, messages: readonly LiveMessage[]): SessionState {
  const executions: Record<string, CellExecution> = {};
  let next = state;
  for (const message of messages) {
    if (message.type === "execution") executions[message.cellId] = message.execution;
    else {
      if (message.type === "hello") for (const cellId of Object.keys(executions)) delete executions[cellId];
      next = receiveOne(next, message);
    }
  }
  if (Object.keys(executions).length === 0) return next;
  return { ...next, executions: { ...next.executions, ...executions } };
}

function receiveOne(state: SessionState, message: Exclude<LiveMessage, { type: "execution" }>): SessionState {
  switch (message.type) {
    case "hello": {
      const { type: _type, ...facts } = message;
      return { ...state, ...facts };
    }
    case "kernel":
      return { ...state, kernel: message.kernel };
    case "input-requested":
      return {
        ...state,
        inputs: [...state.inputs.filter((input) => input.id !== message.input.id), message.input],
      };
    case "input-settled":
      return { ...state, inputs: state.inputs.filter((input) => input.id !== message.inputId) };
    case "save":
      return { ...state, save: message.save };
    case "conflicts":
      return { ...state, conflicts: message.conflicts };
    case "path":
      return { ...state, path: message.path };
    case "run":
      return { ...state, run: message.run };
    case "comments":
    case "questions":
    case "telemetry":
    case "ack":
    case "results":
    case "results-state":
      return state;
    default:
      return assertNever(message);
  }
}

const ENDED: ReadonlySet<RunSnapshot["status"]> = new Set([
  "completed",
  "failed",
  "died",
  "timed-out",
  "stopped",
]);

export function isLive<R extends Pick<RunSnapshot, "status">>(run: R | null): run is R {
  return run !== null && !ENDED.has(run.status);
}

/** For a run that is there: whether it goes on. */
export function goesOn(run: Pick<RunSnapshot, "status">): boolean {
  return !ENDED.has(run.status);
}
