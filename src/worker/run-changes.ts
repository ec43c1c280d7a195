/** Tells listeners of a run's changes: at once when a person waits for it, else as often as it is worth. */
import type { RunSnapshot } from "../runs/run.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";

export class RunChanges {
  private readonly listeners = new Emitter<RunSnapshot>();
  private readonly clock: Clock;
  private readonly snapshot: () => RunSnapshot;
  private readonly intervalMs: () => number;
  private cancelTimer: (() => void) | null = null;
  private lastMs = Number.NEGATIVE_INFINITY;
  private isSoon = false;

  constructor(clock: Clock, snapshot: () => RunSnapshot, intervalMs: () => number) {
    this.clock = clock;
    this.snapshot = snapshot;
    this.intervalMs = intervalMs;
  }

  on(listener: (run: RunSnapshot) => void): Unsubscribe {
    return this.listeners.on(listener);
  }

  /** Something changed. `urgent`: a hold, an end, an answer to a command. */
  note(urgent: boolean): void {
    if (this.listeners.size === 0) return;
    if (urgent) {
      if (this.isSoon) return;
      this.isSoon = true;
      setImmediate(() => {
        this.isSoon = false;
        this.tell();
      });
      return;
    }
    if (this.cancelTimer !== null || this.isSoon) return;
    const waitMs = Math.max(0, this.lastMs + this.intervalMs() - this.clock.now());
    this.cancelTimer = this.clock.schedule(waitMs, () => this.tell());
  }

  tell(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.lastMs = this.clock.now();
    this.listeners.emit(this.snapshot());
  }

  close(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }
}
