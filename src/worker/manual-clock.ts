import type { Clock } from "../util/clock.ts";

/** Time that passes when a test says so. */
export class ManualClock implements Clock {
  private nowMs = 0;
  private readonly waiting = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  now(): number {
    return this.nowMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const entry = { atMs: this.nowMs + delayMs, callback };
    this.waiting.add(entry);
    return () => this.waiting.delete(entry);
  }

  /** Everything that comes due on the way is called, in order, with promises settled after each. */
  async pass(durationMs: number): Promise<void> {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const due = [...this.waiting].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) break;
      this.waiting.delete(due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.callback();
      await settled();
    }
    this.nowMs = endMs;
  }
}

/** Lets promises that are ready go on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
