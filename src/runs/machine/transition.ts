/** A transition under construction: the state moves on, effects are collected. Used inside one `decide` call only. */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { Party } from "../../people/party.ts";
import type { CellId } from "../../util/ids.ts";
import type { Hold, StepRecord } from "../run.ts";
import type { RunEffect } from "./events.ts";
import type { Phase, RunEnd, RunState } from "./state.ts";

export class Transition {
  state: RunState;
  readonly effects: RunEffect[] = [];
  readonly atMs: number;

  constructor(state: RunState, atMs: number) {
    this.state = state;
    this.atMs = atMs;
  }

  set(change: Partial<RunState>): void {
    this.state = { ...this.state, ...change };
  }

  enter(phase: Phase): void {
    this.set({ phase });
  }

  ask(effect: RunEffect): void {
    this.effects.push(effect);
  }

  /** Adds a row to the run's events. Without `by` it is the run's own word. */
  record(
    type: string,
    text: string,
    more: { by?: Party; cellId?: CellId | null; detail?: Readonly<Record<string, JsonValue>> } = {},
  ): void {
    const seq = this.state.seq + 1;
    this.set({ seq });
    this.ask({
      type: "record-event",
      event: {
        seq,
        atMs: this.atMs,
        by: more.by ?? this.state.self,
        type,
        cellId: more.cellId ?? null,
        text,
        detail: more.detail ?? {},
      },
    });
  }

  /** The record of the cell that runs, as it stands or ended. */
  recordStep(change: Pick<StepRecord, "status"> & Partial<StepRecord>): void {
    const { phase } = this.state;
    if (phase.type !== "executing") return;
    this.ask({
      type: "record-step",
      step: {
        ordinal: phase.ordinal,
        cellId: phase.cellId,
        source: phase.source,
        sourceHash: phase.sourceHash,
        startedAtMs: phase.startedAtMs,
        endedAtMs: null,
        executionCount: null,
        error: null,
        ...change,
      },
    });
  }

  hold(
    hold: Omit<Hold, "sinceMs" | "inputId" | "password" | "why"> & { readonly why?: string | null },
  ): void {
    this.enter({
      type: "held",
      hold: { why: null, inputId: null, password: false, ...hold, sinceMs: this.atMs },
    });
    this.record("held", hold.what, { cellId: hold.cellId, detail: { kind: hold.kind } });
  }

  end(end: Omit<RunEnd, "atMs">, by?: Party): void {
    const complete = { ...end, atMs: this.atMs };
    this.set({ holdNext: null, stepBy: null, skipNext: false, rerunFrom: null });
    this.ask({ type: "set-timer", timer: "grace", afterMs: null });
    this.record(end.status, end.outcome ?? "Completed", {
      ...(by && { by }),
      detail: { exitCode: end.exitCode },
    });
    this.enter({ type: "ending", end: complete });
    this.ask({ type: "finish", end: complete });
  }
}
