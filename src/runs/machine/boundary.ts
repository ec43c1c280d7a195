/** Between two cells: what was asked meanwhile is done here, then the next cell is read from the document. */
import type { Party } from "../../people/party.ts";
import type { CellId } from "../../util/ids.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { NextCell } from "./events.ts";
import type { Transition } from "./transition.ts";

/** The kernel is idle and no cell of the run is going: the safe point. */
export function atBoundary(t: Transition): void {
  const { staged, rerunFrom } = t.state;
  if (rerunFrom !== null) {
    t.set({ rerunFrom: null, approved: null });
    t.ask({ type: "place-before", cellId: rerunFrom });
  }
  if (staged.length > 0) {
    t.set({ staged: [] });
    t.enter({ type: "applying", changes: staged, backTo: null });
    t.ask({ type: "apply-parameters", changes: staged });
    return;
  }
  t.enter({ type: "choosing" });
  t.ask({ type: "read-next-cell" });
}

/** The document has told which cell comes next. */
export function onNextCell(t: Transition, cell: NextCell | null): void {
  const { phase } = t.state;
  if (phase.type === "held") {
    // The document changed while the run waits: what it waits before may be another cell now.
    const moves = phase.hold.kind === "pause" || phase.hold.kind === "step";
    if (moves && cell !== null && cell.id !== phase.hold.cellId) {
      t.enter({ type: "held", hold: { ...phase.hold, cellId: cell.id } });
    }
    return;
  }
  if (phase.type !== "choosing") return;
  if (cell === null) {
    t.end({ status: "completed", outcome: null, exitCode: EXIT_CODES.completed });
    return;
  }
  if (t.state.skipNext) {
    t.set({ skipNext: false });
    skipCell(t, cell.id, cell.label);
    atBoundary(t);
    return;
  }
  if (cell.holdsBefore && t.state.options.holdAtTags && t.state.approved !== cell.id) {
    t.set({ holdNext: null, stepBy: null });
    t.hold({ kind: "tag", cellId: cell.id, what: `Waits for approval before ${cell.label}`, why: cell.why });
    return;
  }
  const { holdNext } = t.state;
  if (holdNext !== null) {
    t.set({ holdNext: null });
    const verb = holdNext.kind === "pause" ? "Paused" : "Stepped";
    t.hold({
      kind: holdNext.kind,
      cellId: cell.id,
      what: `${verb} by ${holdNext.by.displayName}, before ${cell.label}`,
    });
    return;
  }
  execute(t, cell);
}

function execute(t: Transition, cell: NextCell): void {
  const ordinal = t.state.ordinal + 1;
  const { approved, stepBy } = t.state;
  t.set({ ordinal, approved: approved === cell.id ? null : approved });
  if (stepBy !== null) t.set({ stepBy: null, holdNext: { kind: "step", by: stepBy } });
  t.enter({
    type: "executing",
    cellId: cell.id,
    label: cell.label,
    ordinal,
    source: cell.source,
    sourceHash: cell.sourceHash,
    startedAtMs: t.atMs,
    allowsError: cell.allowsError,
    input: null,
    interrupting: null,
  });
  t.recordStep({ status: "running" });
  t.ask({ type: "execute-cell", cellId: cell.id, ordinal, sourceHash: cell.sourceHash });
}

/** Goes past a cell; the shell writes its step record, because it has the source. */
export function skipCell(t: Transition, cellId: CellId, label: string, by?: Party): void {
  const ordinal = t.state.ordinal + 1;
  t.set({ ordinal });
  t.record("skipped", `Skipped ${label}`, { cellId, ...(by && { by }) });
  t.ask({ type: "skip-cell", cellId, ordinal });
}
