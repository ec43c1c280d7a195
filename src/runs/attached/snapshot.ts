/** What everybody sees of an attached run: the same as of any run. */
import type { NotebookId, RunId } from "../../util/ids.ts";
import type { RunEventRecord, RunSnapshot, RunStatus } from "../run.ts";
import type { AttachedState } from "./state.ts";

export interface AttachedFacts {
  readonly id: RunId;
  readonly notebookId: NotebookId;
  readonly name: string;
  readonly path: string | null;
  readonly startedAtMs: number;
  readonly seenAtMs: number;
  readonly silentSinceMs: number | null;
  readonly recentEvents: readonly RunEventRecord[];
}

/** A run that went through has done all, also when its last step was told before its end. */
export function stepsDone({ end, step }: Pick<AttachedState, "end" | "step">): number {
  return (end?.status === "completed" ? step?.total : null) ?? step?.index ?? 0;
}

export function attachedSnapshot(state: AttachedState, facts: AttachedFacts): RunSnapshot {
  const { end, step, wish, held } = state;
  const leader = state.writers.find(({ id }) => id === state.leader);
  return {
    id: facts.id,
    notebookId: facts.notebookId,
    name: facts.name,
    inputPath: facts.path,
    outputPath: facts.path,
    status: statusOf(state),
    hold: end === null ? held : null,
    currentCell: null,
    pending: pendingOf(state),
    stepsDone: stepsDone(state),
    stepsTotal: step?.total ?? 0,
    startedAtMs: facts.startedAtMs,
    endedAtMs: end?.atMs ?? null,
    etaMs: end === null && wish.state !== "stop" ? etaOf(state) : null,
    steps: {},
    parameters: state.specs,
    values: state.values,
    stagedChanges: state.staged.map(({ id, values, reason, by, atMs }) => ({ id, values, reason, by, atMs })),
    recentEvents: facts.recentEvents,
    outcome: end?.outcome ?? null,
    exitCode: end?.exitCode ?? null,
    kind: "attached",
    ...(leader && {
      process: {
        pid: leader.pid,
        host: leader.host,
        language: leader.language,
        ranks: state.writers.length,
        seenAtMs: facts.seenAtMs,
        silentSinceMs: end === null ? facts.silentSinceMs : null,
      },
    }),
    ...(state.refused.length > 0 && { refusedChanges: state.refused }),
  };
}

export function statusOf({ end, wish, held }: AttachedState): RunStatus {
  if (end !== null) return end.status;
  if (wish.state === "stop") return "stopping";
  if (held !== null) return "held";
  return wish.state === "pause" ? "pausing" : "running";
}

function pendingOf({ end, wish, held }: AttachedState): RunSnapshot["pending"] {
  if (end !== null) return null;
  if (wish.state === "stop") return "stop";
  return (wish.state === "pause" || wish.state === "step") && held === null ? "pause" : null;
}

/** Null until there are two steps to measure its pace by. */
function etaOf({ step }: AttachedState): number | null {
  if (step === null || step.total === null || step.index <= step.fromIndex) return null;
  const perStepMs = (step.atMs - step.fromMs) / (step.index - step.fromIndex);
  return Math.max(0, Math.round(perStepMs * (step.total - step.index)));
}
