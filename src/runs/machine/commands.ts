/** What a person may ask, and what it means in each phase. An ask that makes no sense now is refused, in words. */
import type { Party } from "../../people/party.ts";
import { assertNever } from "../../util/assert-never.ts";
import { askedChange } from "../parameters/asked-change.ts";
import { checkChange } from "../parameters/check.ts";
import type { Hold, RunCommand } from "../run.ts";
import { atBoundary, skipCell } from "./boundary.ts";
import { stopped } from "./cell-result.ts";
import type { Refusal } from "./events.ts";
import type { Transition } from "./transition.ts";

export interface Asked {
  readonly command: RunCommand;
  readonly by: Party;
  readonly cellExists: boolean;
}

export function onCommand(t: Transition, { command, by, cellExists }: Asked): Refusal | null {
  const { phase } = t.state;
  if (phase.type === "ending" || phase.type === "ended") {
    return refuse(
      "already-ended",
      "The run has ended. Start it again, or take it up with `loopbook resume`.",
    );
  }
  switch (command.type) {
    case "pause":
      return pause(t, by);
    case "resume":
      return resume(t, by);
    case "step":
      return step(t, by);
    case "skip":
      return skip(t, by);
    case "interrupt":
      return interrupt(t, by);
    case "stop":
      return stop(t, by, command.immediate === true);
    case "rerun-from":
      return rerunFrom(t, by, command, cellExists);
    case "set-parameters":
      return setParameters(t, by, command);
    case "discard-change":
      return discardChange(t, by, command.changeId);
    case "answer-input":
      return answerInput(t, by, command);
    case "approve":
    case "refuse":
      return decideTag(t, by, command);
    default:
      return assertNever(command);
  }
}

function refuse(code: Refusal["code"], message: string): Refusal {
  return { code, message };
}

/** The hold at a boundary; `input()` is none, its cell runs. While new values are assigned, the hold behind that. */
function boundaryHold(t: Transition): Hold | null {
  const { phase } = t.state;
  if (phase.type === "held") return phase.hold;
  return phase.type === "applying" ? phase.backTo : null;
}

/** Leaves the hold; when values are being assigned just now, right after that. */
function leaveHold(t: Transition): void {
  const { phase } = t.state;
  if (phase.type === "applying") t.enter({ ...phase, backTo: null });
  else atBoundary(t);
}

function pause(t: Transition, by: Party): Refusal | null {
  if (boundaryHold(t) !== null)
    return refuse("not-running", "The run is on hold already. `resume` lets it go on.");
  if (t.state.holdNext !== null) return null;
  t.set({ holdNext: { kind: "pause", by } });
  t.record("pause-asked", `${by.displayName} asked to pause`, { by });
  return null;
}

function resume(t: Transition, by: Party): Refusal | null {
  const hold = boundaryHold(t);
  if (hold !== null) {
    const approved = hold.kind === "tag" ? hold.cellId : t.state.approved;
    t.set({ approved });
    t.record("resumed", `Resumed by ${by.displayName}`, { by, cellId: hold.cellId });
    leaveHold(t);
    return null;
  }
  if (t.state.holdNext !== null) {
    t.set({ holdNext: null });
    t.record("resumed", `${by.displayName} took the pause back`, { by });
    return null;
  }
  const { phase } = t.state;
  if (phase.type === "executing" && phase.input !== null) {
    return refuse("not-held", "The cell waits for input. Answer it; resuming does not.");
  }
  return refuse("not-held", "The run is not on hold.");
}

function step(t: Transition, by: Party): Refusal | null {
  const hold = boundaryHold(t);
  if (hold === null) return refuse("not-held", "A step is taken from a hold. Pause the run first.");
  // The hold itself is asked for when the cell starts: this boundary must let it through.
  t.set({ stepBy: by, holdNext: null, approved: hold.kind === "tag" ? hold.cellId : t.state.approved });
  t.record("stepped", `${by.displayName} runs one cell`, { by, cellId: hold.cellId });
  leaveHold(t);
  return null;
}

function skip(t: Transition, by: Party): Refusal | null {
  const hold = boundaryHold(t);
  if (hold === null) {
    t.set({ skipNext: true });
    t.record("skip-asked", `${by.displayName} asked to skip the next cell`, { by });
    return null;
  }
  if (hold.cellId !== null)
    skipCell(t, hold.cellId, hold.kind === "error" ? "the failed cell" : "the cell", by);
  t.set({ holdNext: { kind: "step", by } });
  leaveHold(t);
  return null;
}

function interrupt(t: Transition, by: Party): Refusal | null {
  const { phase } = t.state;
  if (phase.type !== "executing") {
    if (boundaryHold(t) !== null) return refuse("not-running", "No cell is running; the run is on hold.");
    return pause(t, by);
  }
  if (phase.interrupting?.why !== "stop") t.enter({ ...phase, interrupting: { why: "hold", by } });
  t.record("interrupt-asked", `${by.displayName} interrupted ${phase.label}`, { by, cellId: phase.cellId });
  t.ask({ type: "interrupt", by });
  return null;
}

function stop(t: Transition, by: Party, immediate: boolean): Refusal | null {
  const { phase } = t.state;
  if (
    phase.type === "starting" ||
    phase.type === "choosing" ||
    phase.type === "held" ||
    phase.type === "applying"
  ) {
    if (immediate || phase.type === "starting") t.ask({ type: "kill-kernel" });
    stopped(t, by.displayName);
    return null;
  }
  if (phase.type !== "executing") return null;
  const again = phase.interrupting?.why === "stop";
  t.enter({ ...phase, interrupting: { why: "stop", by }, input: null });
  if (immediate || again) {
    t.recordStep({ status: "interrupted", endedAtMs: t.atMs, error: "stopped at once" });
    t.ask({ type: "kill-kernel" });
    stopped(t, by.displayName, phase.label);
    return null;
  }
  t.record("stop-asked", `${by.displayName} asked to stop`, { by, cellId: phase.cellId });
  t.ask({ type: "interrupt", by });
  return null;
}

function rerunFrom(
  t: Transition,
  by: Party,
  command: Extract<RunCommand, { type: "rerun-from" }>,
  cellExists: boolean,
): Refusal | null {
  if (!cellExists) return refuse("no-such-cell", "There is no such code cell in the notebook now.");
  t.set({ rerunFrom: command.cellId });
  if (command.hold === true) t.set({ holdNext: { kind: "step", by } });
  t.record("rerun-asked", `${by.displayName} goes back to an earlier place`, { by, cellId: command.cellId });
  if (boundaryHold(t) !== null) leaveHold(t);
  return null;
}

function setParameters(
  t: Transition,
  by: Party,
  command: Extract<RunCommand, { type: "set-parameters" }>,
): Refusal | null {
  // Asked again with the same id (a retry after a lost answer) it is the same change.
  const going = t.state.phase.type === "applying" ? t.state.phase.changes : [];
  const known = [...t.state.staged, ...going].some((change) => change.id === command.changeId);
  if (known || t.state.settledChanges.includes(command.changeId)) return null;
  const checked = checkChange(t.state.parameters, command.values, t.state.options.allowUnknownParameters);
  if (!checked.ok) return refuse(checked.code, checked.message);
  const { reason } = command;
  const change = { id: command.changeId, values: checked.values, reason, by, atMs: t.atMs };
  const { text, detail } = askedChange(change, t.state.values);
  t.record("parameters-changed", text, { by, detail });
  const { phase } = t.state;
  if (phase.type === "held") {
    // A hold is a safe point: the values are taken at once, and the hold goes on.
    t.enter({ type: "applying", changes: [...t.state.staged, change], backTo: phase.hold });
    t.ask({ type: "apply-parameters", changes: [...t.state.staged, change] });
    t.set({ staged: [] });
  } else {
    t.set({ staged: [...t.state.staged, change] });
  }
  return null;
}

function discardChange(t: Transition, by: Party, changeId: string): Refusal | null {
  if (!t.state.staged.some((change) => change.id === changeId)) {
    return refuse("no-such-change", "That change is not waiting any more: it was taken or discarded.");
  }
  t.set({ staged: t.state.staged.filter((change) => change.id !== changeId) });
  t.record("change-discarded", `${by.displayName} took a change back`, { by, detail: { changeId } });
  return null;
}

function answerInput(
  t: Transition,
  by: Party,
  command: Extract<RunCommand, { type: "answer-input" }>,
): Refusal | null {
  const { phase } = t.state;
  if (phase.type !== "executing" || phase.input?.inputId !== command.inputId) {
    return refuse(
      "no-such-input",
      "That question is not open any more: it was answered or the cell has ended.",
    );
  }
  const hidden = phase.input.password;
  t.record("answered", `${by.displayName} answered`, {
    by,
    cellId: phase.cellId,
    detail: { inputId: command.inputId, value: hidden ? null : command.value },
  });
  t.enter({ ...phase, input: null });
  t.ask({ type: "answer-input", inputId: command.inputId, value: command.value, by });
  return null;
}

function decideTag(
  t: Transition,
  by: Party,
  command: Extract<RunCommand, { type: "approve" | "refuse" }>,
): Refusal | null {
  const hold = boundaryHold(t);
  if (hold?.kind !== "tag") return refuse("not-held", "Nothing waits for approval now.");
  const because = command.reason === null ? "" : `: ${command.reason}`;
  const detail = { reason: command.reason };
  if (command.type === "refuse") {
    t.record("refused", `Refused by ${by.displayName}${because}`, { by, cellId: hold.cellId, detail });
    t.end({ status: "stopped", outcome: `Refused by ${by.displayName}${because}`, exitCode: 130 }, by);
    return null;
  }
  t.set({ approved: hold.cellId });
  t.record("approved", `Approved by ${by.displayName}${because}`, { by, cellId: hold.cellId, detail });
  leaveHold(t);
  return null;
}
