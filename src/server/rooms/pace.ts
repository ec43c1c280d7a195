/**
 * How often a room tells what happens. A few messages go out at once, whenever they come: that is a person who
 * presses a key and looks. A pipeline that makes news all the time is told at a steady rate that no eye can tell
 * from more, each time with everything since. A token bucket; pure.
 */

/** Tellings a second for as long as it goes on. */
const RATE = 40;
/** Tellings that go out at once after a pause. */
const BURST = 8;

export class Pace {
  private tokens = BURST;
  private atMs = Number.NEGATIVE_INFINITY;

  /** Milliseconds until the next telling may go out. 0: now, and it counts. */
  take(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.atMs);
    this.tokens = Math.min(BURST, this.tokens + (passedMs * RATE) / 1000);
    this.atMs = nowMs;
    if (this.tokens >= 1) {
      this.tokens--;
      return 0;
    }
    return Math.ceil(((1 - this.tokens) * 1000) / RATE);
  }
}
