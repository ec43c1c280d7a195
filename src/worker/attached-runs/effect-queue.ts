/** Work of a run, one after the other, each until it is done: what is kept as taken must have come about. */
import type { Clock } from "../../util/clock.ts";

const RETRY_MS = 1_000;

export class EffectQueue {
  private readonly clock: Clock;
  private readonly onFailure: (error: unknown) => void;
  private last: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(clock: Clock, onFailure: (error: unknown) => void) {
    this.clock = clock;
    this.onFailure = onFailure;
  }

  do(work: () => Promise<void>): void {
    this.last = this.last.then(() => this.untilDone(work));
  }

  /** Settles when what was asked for until now is done. */
  done(): Promise<void> {
    return this.last;
  }

  /** What this program does not get done any more, the next one is told again. */
  close(): void {
    this.isClosed = true;
  }

  private async untilDone(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        this.onFailure(error);
        if (this.isClosed) return;
        await new Promise<void>((resolve) => this.clock.schedule(RETRY_MS, resolve));
      }
    }
  }
}
