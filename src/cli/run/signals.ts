/**
 * What Ctrl-C and other signals ask of a run. Pure; `run-controls.ts` hears them.
 * The first Ctrl-C interrupts the cell and holds; one on hold, or a second, stops; a third does not wait any longer.
 */
import type { RunCommand, RunSnapshot } from "../../runs/run.ts";

/** npm and npx pass a terminal's Ctrl-C on to a process that heard it already: two signals at once are one. */
const SAME_PRESS_MS = 150;

export interface SignalState {
  readonly interrupts: number;
  readonly stops: number;
  readonly last: { readonly signal: RunSignal; readonly atMs: number; readonly isHeld: boolean } | null;
}

export const noSignals: SignalState = { interrupts: 0, stops: 0, last: null };

export interface SignalAnswer {
  readonly state: SignalState;
  /** `leave`: nothing helped so far; end the process. */
  readonly ask: RunCommand | "leave" | null;
}

/** `key`: Ctrl-C as a key of a terminal that sends no signals, which comes once. */
export type RunSignal = "interrupt" | "terminate" | "key";

export function answerSignal(
  state: SignalState,
  signal: RunSignal,
  run: Pick<RunSnapshot, "status" | "hold">,
  nowMs: number,
  isBehindNpm = false,
): SignalAnswer {
  const isHeld = run.hold !== null;
  if (isSamePress(state, signal, nowMs, isBehindNpm && signal !== "key" ? null : isHeld))
    return { state, ask: null };
  const last = { signal, atMs: nowMs, isHeld };
  const isRunning = (run.status === "running" || run.status === "pausing") && !isHeld;
  if (signal !== "terminate" && state.interrupts === 0 && state.stops === 0 && isRunning) {
    return { state: { ...state, interrupts: 1, last }, ask: { type: "interrupt" } };
  }
  const stops = state.stops + 1;
  const next = { ...state, stops, last };
  if (stops === 1) return { state: next, ask: { type: "stop" } };
  if (stops === 2) return { state: next, ask: { type: "stop", immediate: true } };
  return { state: next, ask: "leave" };
}

/**
 * What comes as soon as the hold is told is meant, however quickly the kernel heeded the one before.
 * @param isHeld null: this cannot be told from what npm passes on late.
 */
function isSamePress(
  { last }: SignalState,
  signal: RunSignal,
  nowMs: number,
  isHeld: boolean | null,
): boolean {
  if (last === null || last.signal !== signal || nowMs - last.atMs >= SAME_PRESS_MS) return false;
  return isHeld === null || last.isHeld === isHeld;
}

/** The person let the run go on: the next Ctrl-C is a first one again. */
export function forgetInterrupts(state: SignalState): SignalState {
  return { ...state, interrupts: 0 };
}
