import type { Clock } from "../../util/clock.ts";
import { Emitter, type Unsubscribe } from "../../util/emitter.ts";

const MIN_GAP_MS = 100;

/** Tells that something came: at once, then at most ten times a second. */
export class ChangeNews {
  private readonly clock: Clock;
  private readonly emitter = new Emitter<void>();
  private readonly always: () => void;
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private cancel: (() => void) | null = null;

  /** @param always told as well, and no reason to stay open. */
  constructor(clock: Clock, always: () => void) {
    this.always = always;
    this.clock = clock;
  }

  get size(): number {
    return this.emitter.size;
  }

  on(listener: () => void): Unsubscribe {
    return this.emitter.on(listener);
  }

  tell(): void {
    if (this.cancel !== null) return;
    const now = this.clock.now();
    // A clock that was set back must not silence it.
    const wait = Math.min(MIN_GAP_MS, Math.max(0, this.toldAtMs + MIN_GAP_MS - now));
    const emit = (): void => {
      this.cancel = null;
      this.toldAtMs = this.clock.now();
      this.always();
      this.emitter.emit();
    };
    if (wait === 0) emit();
    else this.cancel = this.clock.schedule(wait, emit);
  }

  close(): void {
    this.cancel?.();
    this.cancel = null;
  }
}
