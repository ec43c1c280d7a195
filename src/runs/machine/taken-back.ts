/**
 * Where a run goes on when the process that drove it is gone and its kernel is not: its state from what the ledger
 * has of it. Cells that ended since, or run still, are not known here; the shell asks for them again and is given
 * their outcome.
 */
import type { CellId } from "../../util/ids.ts";
import type { RunSnapshot, StepRecord, StepStatus } from "../run.ts";
import type { RunState } from "./state.ts";

/** What the ledger has. */
export interface TakenBack {
  readonly snapshot: RunSnapshot;
  readonly steps: readonly StepRecord[];
  /** Number of the newest event. */
  readonly lastSeq: number;
}

/** Over, and noted as such. */
export const isRecordedStep = ({ status }: StepRecord): boolean =>
  status !== "running" && status !== "not-run";

export function takenBackState(
  base: RunState,
  { snapshot, steps, lastSeq }: TakenBack,
  nowMs: number,
): RunState {
  const { hold, pending, stagedChanges, values } = snapshot;
  const asks = hold !== null && hold.kind !== "input" && hold.kind !== "tag";
  const kind = hold?.kind === "step" ? "step" : "pause";
  const { budget } = base;
  const usedMs = nowMs - snapshot.startedAtMs;
  return {
    ...base,
    values,
    staged: stagedChanges,
    // A hold is held again, before the cell that it waited at; one at a tagged cell comes by itself.
    holdNext: asks || pending === "pause" ? { kind, by: base.self } : null,
    ordinal: Math.max(0, ...steps.filter(isRecordedStep).map(({ ordinal }) => ordinal)),
    seq: lastSeq,
    // Holds did not count; how long they were is not in the ledger, so they are counted here.
    budget: budget && { ...budget, leftMs: Math.max(1, budget.leftMs - usedMs) },
  };
}

export interface Place {
  /** Null: before the first. */
  readonly startAt: CellId | null;
  /** Cells that the newest pass is done with. */
  readonly done: readonly CellId[];
}

const DONE: ReadonlySet<StepStatus> = new Set<StepStatus>(["completed", "failed-allowed", "skipped"]);

/** Which cell is next, in the document as it is now. */
export function placeOf({ snapshot, steps }: TakenBack, order: readonly CellId[]): Place {
  const done = new Set<CellId>();
  let last: CellId | null = null;
  for (const step of steps) {
    if (!isRecordedStep(step)) continue;
    // A cell that comes again: somebody went back, and a new pass began there.
    if (done.has(step.cellId)) done.clear();
    if (DONE.has(step.status)) done.add(step.cellId);
    last = DONE.has(step.status) ? step.cellId : null;
  }
  const running = steps.findLast(({ status }) => status === "running")?.cellId ?? null;
  const behind = last === null ? null : (order[order.indexOf(last) + 1] ?? null);
  const known = [running, snapshot.hold?.cellId ?? null, behind].find(
    (id) => id !== null && order.includes(id),
  );
  return { startAt: known ?? null, done: [...done] };
}
