import type { Clock } from "../../util/clock.ts";

/**
 * Lets through at most one value per `intervalMs`: the first at once, then the newest at the end of each interval.
 * What came between is dropped; the last value always arrives.
 */
export class Latest<T> {
  private readonly intervalMs: number;
  private readonly deliver: (value: T) => void;
  private readonly clock: Clock;
  private waiting: { readonly value: T } | null = null;
  private cancel: (() => void) | null = null;

  constructor(intervalMs: number, deliver: (value: T) => void, clock: Clock) {
    this.intervalMs = intervalMs;
    this.deliver = deliver;
    this.clock = clock;
  }

  push(value: T): void {
    if (this.cancel) {
      this.waiting = { value };
      return;
    }
    this.pass(value);
  }

  /** Delivers what waits now. */
  flush(): void {
    const { waiting } = this;
    this.stop();
    if (waiting) this.deliver(waiting.value);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
    this.waiting = null;
  }

  private pass(value: T): void {
    this.cancel = this.clock.schedule(this.intervalMs, () => {
      this.cancel = null;
      const { waiting } = this;
      this.waiting = null;
      if (waiting) this.pass(waiting.value);
    });
    this.deliver(value);
  }
}
