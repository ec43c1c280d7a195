/** An execution on its way through a lane. */
import type { Party } from "../people/party.ts";
import type { CellExecution, CellOutcome, ExecuteCellRequest } from "../usecases/notebook-session.ts";
import type { CellInterrupt } from "./cell-interrupt.ts";

export type LaneName = "main" | "subshell";

export interface Job {
  readonly request: ExecuteCellRequest;
  readonly lane: LaneName;
  /** As it was when the request was accepted. */
  readonly source: string;
  readonly resolve: (outcome: CellOutcome) => void;
  execution: CellExecution;
  interruptedBy: Party | null;
  /** Null: it was not sent to the kernel yet. */
  interrupt: CellInterrupt | null;
  timedOutAfterMs: number | null;
  isSettled: boolean;
  /** For what pages sent to widgets before; null: it was not looked yet. */
  awaitsWidgets: boolean | null;
}

export interface Lane {
  current: Job | null;
  readonly queue: Job[];
}

/** A request that waited in a process that is gone. */
export function lostExecution(
  { executionId, by, lane = "main" }: ExecuteCellRequest,
  atMs: number,
): CellExecution {
  const times = { queuedAtMs: atMs, startedAtMs: null, endedAtMs: atMs };
  return {
    executionId,
    state: "done",
    by,
    lane,
    ...times,
    outcome: { type: "aborted", reason: "process-gone" },
  };
}

export function newJob(
  request: ExecuteCellRequest,
  source: string,
  resolve: (outcome: CellOutcome) => void,
  queuedAtMs: number,
): Job {
  const { executionId, by, lane = "main" } = request;
  return {
    request,
    lane,
    source,
    resolve,
    execution: {
      executionId,
      state: "queued",
      by,
      lane,
      queuedAtMs,
      startedAtMs: null,
      endedAtMs: null,
      outcome: null,
    },
    interruptedBy: null,
    interrupt: null,
    timedOutAfterMs: null,
    isSettled: false,
    awaitsWidgets: null,
  };
}
