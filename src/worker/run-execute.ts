/** One cell of a run, from the effect to the event; between what a program that looks on does before and after it. */

import type { Party } from "../people/party.ts";
import type { RunEvent } from "../runs/machine/events.ts";
import type { RunOptions } from "../runs/run.ts";
import type { RunHooks } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import type { CellId, ExecutionId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import { resultOf } from "./run-results.ts";

export interface CellOfRun {
  readonly executionId: ExecutionId;
  readonly cellId: CellId;
  /** Kept with it in a kernel that outlives this process. */
  readonly note: JsonObject;
  readonly sourceHash: string;
}

export interface ExecuteFacts {
  readonly session: NotebookSession;
  readonly options: RunOptions;
  readonly clock: Clock;
  readonly by: Party;
  readonly hooks: RunHooks | undefined;
  readonly feed: (event: RunEvent) => void;
}

/**
 * Without hooks it is asked of the kernel before this returns: the document cannot change in between.
 * @returns with hooks: settles the cell as interrupted, if the kernel was not asked yet, and tells whether it did.
 */
export function executeCell(facts: ExecuteFacts, cell: CellOfRun): ((by: Party) => boolean) | null {
  const before = facts.hooks?.beforeCell?.(cell.cellId);
  if (before === undefined) {
    submit(facts, cell);
    return null;
  }
  let isAsked = false;
  void before.then(() => {
    if (isAsked) return;
    isAsked = true;
    submit(facts, cell);
  });
  return (by) => {
    if (isAsked) return false;
    isAsked = true;
    facts.feed({ ...settled(facts, cell), result: { type: "interrupted", by } });
    return true;
  };
}

function submit(facts: ExecuteFacts, cell: CellOfRun): void {
  const { session, options, clock, by, hooks, feed } = facts;
  const { executionId, cellId, sourceHash, note } = cell;
  const ticket = session.execute({
    executionId,
    cellId,
    sourceHash,
    by,
    allowInput: options.allowInput,
    recordTiming: true,
    note,
    confirms: true,
    ...(options.cellTimeoutMs !== null && { timeoutMs: options.cellTimeoutMs }),
    ...(options.onCellTimeout === "continue" && { onTimeout: "continue" as const }),
  });
  if (!ticket.accepted) {
    const why = ticket.refusal === "no-kernel" ? "no-kernel" : "changed";
    feed({ type: "cell-refused", cellId, why, atMs: clock.now() });
    return;
  }
  void ticket.outcome.then(async (outcome) => {
    const event = settled(facts, cell);
    const after = hooks?.afterCell?.(cellId, outcome);
    if (after !== undefined) await after;
    const result = resultOf(outcome);
    if (result === null) feed({ type: "cell-refused", cellId, why: "no-kernel", atMs: event.atMs });
    else feed({ ...event, result });
  });
}

function settled({ session, clock }: ExecuteFacts, { cellId }: CellOfRun) {
  const executionCount = session.live.cell(cellId)?.executionCount ?? null;
  return { type: "cell-settled", cellId, executionCount, atMs: clock.now() } as const;
}
