/**
 * The run's state machine: (state, event) → state and effects. Pure: no clock, no document, no kernel. The shell in
 * `worker/run-controller.ts` feeds events one at a time and performs the effects in their order.
 */
import { onCommand } from "./machine/commands.ts";
import type { Refusal, RunEffect, RunEvent } from "./machine/events.ts";
import { onFact } from "./machine/facts.ts";
import { holdOf, isWaiting, type RunState } from "./machine/state.ts";
import { Transition } from "./machine/transition.ts";
import type { RunStatus } from "./run.ts";

export interface Decision {
  readonly state: RunState;
  readonly effects: readonly RunEffect[];
  /** Why a command was refused; then nothing changed. */
  readonly refusal: Refusal | null;
}

export function decide(state: RunState, event: RunEvent): Decision {
  const t = new Transition(state, event.atMs);
  if (event.type === "command") {
    const { command, by, cellExists } = event;
    const refusal = onCommand(t, { command, by, cellExists: cellExists ?? false });
    if (refusal !== null) return { state, effects: [], refusal };
  } else {
    onFact(t, event);
  }
  keepBudget(t, state);
  return { state: t.state, effects: t.effects, refusal: null };
}

/**
 * The effects that begin a run.
 * @param again it goes on in the kernel that it had, from another process (`machine/taken-back.ts`).
 */
export function begin(state: RunState, atMs: number, startedBy: RunState["self"], again = false): Decision {
  const t = new Transition(state, atMs);
  if (again) t.record("taken-back", "Goes on in the kernel that it had, in a new process", { by: startedBy });
  else t.record("started", `Started by ${startedBy.displayName}`, { by: startedBy });
  if (state.budget !== null) {
    t.set({ budget: { ...state.budget, sinceMs: atMs } });
    t.ask({ type: "set-timer", timer: "run", afterMs: state.budget.leftMs });
  }
  t.ask({ type: "start-kernel" });
  return { state: t.state, effects: t.effects, refusal: null };
}

/** The time of the whole run stands still while it waits for a person. */
function keepBudget(t: Transition, before: RunState): void {
  const { budget } = before;
  if (budget === null) return;
  const uses = (state: RunState): boolean =>
    !isWaiting(state) && state.phase.type !== "ending" && state.phase.type !== "ended";
  if (uses(before) && !uses(t.state)) {
    const used = budget.sinceMs === null ? 0 : t.atMs - budget.sinceMs;
    t.set({ budget: { leftMs: Math.max(0, budget.leftMs - used), sinceMs: null } });
    t.ask({ type: "set-timer", timer: "run", afterMs: null });
  } else if (!uses(before) && uses(t.state)) {
    t.set({ budget: { ...budget, sinceMs: t.atMs } });
    t.ask({ type: "set-timer", timer: "run", afterMs: budget.leftMs });
  }
}

/** The status that everybody sees. */
export function statusOf(state: RunState): RunStatus {
  const { phase } = state;
  switch (phase.type) {
    case "starting":
      return state.holdNext === null ? "starting" : "pausing";
    case "ended":
      return phase.end.status;
    case "ending":
      return phase.end.status === "stopped" ? "stopping" : "running";
    default: {
      if (holdOf(state) !== null) return "held";
      if (phase.type === "executing" && phase.interrupting?.why === "stop") return "stopping";
      const steps = state.holdNext?.kind === "step";
      return state.holdNext !== null && !steps ? "pausing" : "running";
    }
  }
}
