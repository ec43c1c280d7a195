/** A transition of an attached run under construction. Used inside one `decideAttached` call only. */
import type { Party } from "../../people/party.ts";
import type { AttachedEffect, Detail } from "./events.ts";
import type { AttachedState, Wish } from "./state.ts";

export class AttachedTransition {
  state: AttachedState;
  readonly effects: AttachedEffect[] = [];
  readonly atMs: number;

  constructor(state: AttachedState, atMs: number) {
    this.state = state;
    this.atMs = atMs;
  }

  set(change: Partial<AttachedState>): void {
    this.state = { ...this.state, ...change };
  }

  ask(effect: AttachedEffect): void {
    this.effects.push(effect);
  }

  /** Adds a row to the run's events; without `by` it is the run's own word. `atMs`: when it was, by the process. */
  record(type: string, text: string, more: { by?: Party; detail?: Detail; atMs?: number } = {}): void {
    const seq = this.state.seq + 1;
    this.set({ seq });
    const { by = this.state.self, detail = {}, atMs = this.atMs } = more;
    this.ask({ type: "record-event", event: { seq, atMs, by, type, cellId: null, text, detail } });
  }

  /** Its number is of this run, so that no two wishes have the same id, also after a restart. */
  wish(state: Wish["state"], by: Party | null): void {
    this.set({ wish: { state, by, id: `w${this.state.seq + 1}` } });
  }

  settleChange(id: string): void {
    this.set({
      staged: this.state.staged.filter((change) => change.id !== id),
      settledChanges: [...this.state.settledChanges, id].slice(-100),
    });
  }
}
