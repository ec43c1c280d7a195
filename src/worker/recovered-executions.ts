/**
 * Executions that an earlier process asked for, met again in what the kernel said since. Those whose end their run has
 * not recorded are handed to it when it asks for that cell: it is not run twice.
 */
import type { HeldExecution } from "../kernel/kernel.ts";
import type { Party } from "../people/party.ts";
import type { CellOutcome, ExecuteCellRequest } from "../usecases/notebook-session.ts";
import { CellId, type ExecutionId } from "../util/ids.ts";
import { isJsonObject, type JsonObject } from "../util/json.ts";

/** What is kept with an execution in a held kernel. */
export function tagOf(request: ExecuteCellRequest, allowsError: boolean, startedAtMs: number): JsonObject {
  const { executionId, cellId, sourceHash, by, recordTiming = false, note = {} } = request;
  return {
    executionId,
    cellId,
    sourceHash,
    by: { ...by },
    recordTiming,
    allowsError,
    startedAtMs,
    timeoutMs: request.timeoutMs ?? null,
    onTimeout: request.onTimeout ?? null,
    note,
  };
}

export interface Recovered {
  readonly request: ExecuteCellRequest;
  readonly allowsError: boolean;
  readonly startedAtMs: number;
}

/** Null for a tag that is none of ours. */
export function readTag({ tag }: Pick<HeldExecution, "tag">, nowMs: number): Recovered | null {
  const { executionId, cellId, sourceHash, by, startedAtMs, timeoutMs, onTimeout, note } = tag;
  if (typeof executionId !== "string" || typeof cellId !== "string" || !isJsonObject(by)) return null;
  const began = typeof startedAtMs === "number" ? startedAtMs : nowMs;
  return {
    allowsError: tag.allowsError === true,
    startedAtMs: began,
    request: {
      executionId: executionId as ExecutionId,
      cellId: CellId.of(cellId),
      sourceHash: typeof sourceHash === "string" ? sourceHash : "",
      by: by as unknown as Party,
      recordTiming: tag.recordTiming === true,
      // What is left of its time; at least a moment, for what it said meanwhile is read first.
      ...(typeof timeoutMs === "number" && { timeoutMs: Math.max(1_000, timeoutMs - (nowMs - began)) }),
      ...(onTimeout === "continue" && { onTimeout }),
      ...(isJsonObject(note) && { note }),
    },
  };
}

interface Waiting {
  readonly executionId: ExecutionId;
  readonly sourceHash: string;
  readonly who: string;
  readonly outcome: Promise<CellOutcome>;
}

export class RecoveredExecutions {
  private readonly waiting = new Map<CellId, Waiting>();
  /** Under which id it is known to who took it over. */
  private readonly aliases = new Map<ExecutionId, ExecutionId>();

  add({ request }: Recovered, outcome: Promise<CellOutcome>): void {
    const { executionId, cellId, sourceHash, by } = request;
    this.waiting.set(cellId, { executionId, sourceHash, who: by.who, outcome });
  }

  has(cellId: CellId): boolean {
    return this.waiting.has(cellId);
  }

  /** Null: the cell is to be run. */
  take({ executionId, cellId, sourceHash, by }: ExecuteCellRequest): Promise<CellOutcome> | null {
    const found = this.waiting.get(cellId);
    if (found === undefined || found.sourceHash !== sourceHash || found.who !== by.who) return null;
    this.waiting.delete(cellId);
    this.aliases.set(executionId, found.executionId);
    return found.outcome;
  }

  idOf(executionId: ExecutionId): ExecutionId {
    return this.aliases.get(executionId) ?? executionId;
  }
}
