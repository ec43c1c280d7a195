/** What everybody sees of a run, from its state and progress. */

import type { LiveNotebook } from "../document/live-notebook.ts";
import { statusOf } from "../runs/decide.ts";
import { holdOf, type RunState } from "../runs/machine/state.ts";
import type { Hold, RunEventRecord, RunRecord, RunSnapshot } from "../runs/run.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { RunId } from "../util/ids.ts";
import { cellLabel } from "./run-document.ts";
import type { RunProgress } from "./run-progress.ts";

export interface SnapshotFacts {
  readonly id: RunId;
  readonly session: NotebookSession;
  readonly name: string;
  readonly inputPath: string | null;
  readonly outputPath: string | null;
  readonly startedAtMs: number;
  readonly progress: RunProgress;
  /** How many cells of the document the run is past. */
  readonly place: number;
  readonly recentEvents: readonly RunEventRecord[];
  readonly nowMs: number;
}

export function runSnapshot(state: RunState, facts: SnapshotFacts): RunSnapshot {
  const { phase } = state;
  const end = phase.type === "ended" ? phase.end : null;
  const running = phase.type === "executing" ? { cellId: phase.cellId, sinceMs: phase.startedAtMs } : null;
  const { stepsDone, stepsTotal, etaMs } = facts.progress.counts(running, facts.nowMs, facts.place);
  const steps = facts.progress.steps();
  const limitMs = state.options.runTimeoutMs;
  const held = holdOf(state);
  const hold = held === null ? null : { ...held, what: holdText(held, facts.session.live) };
  return {
    id: facts.id,
    notebookId: facts.session.id,
    name: facts.name,
    inputPath: facts.inputPath,
    outputPath: facts.outputPath,
    status: statusOf(state),
    hold,
    currentCell: running?.cellId ?? hold?.cellId ?? null,
    pending: pendingOf(state),
    stepsDone,
    stepsTotal,
    startedAtMs: facts.startedAtMs,
    endedAtMs: end?.atMs ?? null,
    ...(limitMs !== null && { limitAtMs: facts.startedAtMs + limitMs }),
    etaMs: end === null ? etaMs : null,
    get steps() {
      return steps();
    },
    parameters: state.parameters,
    values: state.values,
    stagedChanges: phase.type === "applying" ? [...phase.changes, ...state.staged] : state.staged,
    recentEvents: facts.recentEvents,
    outcome: end?.outcome ?? null,
    exitCode: end?.exitCode ?? null,
  };
}

/** What the ledger is told when the run begins. */
export function firstRecord(
  given: Pick<RunRecord, "options" | "startedBy" | "host" | "recordPath"> & { readonly version: string },
  snapshot: RunSnapshot,
): RunRecord {
  const { options, startedBy, host, version, recordPath } = given;
  return {
    snapshot,
    options,
    steps: [],
    events: [],
    startedBy,
    host,
    loopbookVersion: version,
    kernel: null,
    packages: null,
    recordPath,
  };
}

/** The hold's sentence with the number that its cell has now: cells may have been put in before it since. */
export function holdText(hold: Hold, live: LiveNotebook): string {
  const { cellId, kind, what } = hold;
  const index = cellId === null ? -1 : live.cellIds().indexOf(cellId);
  if (cellId === null || index === -1 || kind === "input") return what;
  const label = cellLabel(live, cellId, index);
  if (kind === "error" || kind === "interrupted") return what.replace(/\bin cell \d+/, () => `in ${label}`);
  return what.replace(/\bbefore cell .+$/, () => `before ${label}`);
}

/** Who is told of a snapshot may read every step of it, so it is made the less often the more there are. */
export function snapshotIntervalMs(cells: number): number {
  return Math.min(1_000, Math.max(100, cells / 10));
}

function pendingOf(state: RunState): RunSnapshot["pending"] {
  const { phase, holdNext } = state;
  if (phase.type === "executing" && phase.interrupting !== null) {
    return phase.interrupting.why === "stop" ? "stop" : "interrupt";
  }
  return holdNext === null ? null : "pause";
}
