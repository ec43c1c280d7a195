/**
 * What Ctrl-C and other signals ask of a run. Pure; `watch-signals.ts` hears them.
 * The first Ctrl-C interrupts the cell and holds; one on hold, or a second, stops; a third does not wait any longer.
 */
import type { RunCommand, RunSnapshot } from "../../runs/run.ts";

/** npm and npx pass a terminal's Ctrl-C on to a process that heard it already: two at once are one. */
const SAME_PRESS_MS = 150;

export interface SignalState {
  readonly interrupts: number;
  readonly stops: number;
  readonly lastAtMs: number;
}

export const noSignals: SignalState = { interrupts: 0, stops: 0, lastAtMs: Number.NEGATIVE_INFINITY };

export interface SignalAnswer {
  readonly state: SignalState;
  /** `leave`: nothing helped so far; end the process. */
  readonly ask: RunCommand | "leave" | null;
}

export type RunSignal = "interrupt" | "terminate";

export function answerSignal(
  state: SignalState,
  signal: RunSignal,
  run: Pick<RunSnapshot, "status" | "hold">,
  nowMs: number,
): SignalAnswer {
  if (nowMs - state.lastAtMs < SAME_PRESS_MS) return { state, ask: null };
  const isRunning = (run.status === "running" || run.status === "pausing") && run.hold === null;
  if (signal === "interrupt" && state.interrupts === 0 && state.stops === 0 && isRunning) {
    return { state: { ...state, interrupts: 1, lastAtMs: nowMs }, ask: { type: "interrupt" } };
  }
  const stops = state.stops + 1;
  const next = { ...state, stops, lastAtMs: nowMs };
  if (stops === 1) return { state: next, ask: { type: "stop" } };
  if (stops === 2) return { state: next, ask: { type: "stop", immediate: true } };
  return { state: next, ask: "leave" };
}

/** The person let the run go on: the next Ctrl-C is a first one again. */
export function forgetInterrupts(state: SignalState): SignalState {
  return { ...state, interrupts: 0 };
}
