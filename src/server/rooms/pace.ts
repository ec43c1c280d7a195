/**
 * How often a room tells what happens. A few messages go out at once: after a pause, and whenever a person has asked
 * for something and looks. A pipeline that makes news all the time is told at a steady rate, faster than anybody
 * reads, each time with everything since: every telling is a drawing in every page, on the machine that the pipeline
 * works on, too. A token bucket; pure.
 */

/** Tellings a second for as long as it goes on. */
const RATE = 12;
/** Tellings that go out at once after a pause: what begins, runs and ends. */
const BURST = 3;
/** And after a person asked for something. */
const ANSWER = 8;

export class Pace {
  private tokens = BURST;
  private atMs = Number.NEGATIVE_INFINITY;

  /** A person asked for something: what comes of it is told at once. */
  hurry(): void {
    this.tokens = ANSWER;
  }

  /** Milliseconds until the next telling may go out. 0: now, and it counts. */
  take(nowMs: number): number {
    const passedMs = Math.max(0, nowMs - this.atMs);
    this.tokens = Math.max(this.tokens, Math.min(BURST, this.tokens + (passedMs * RATE) / 1000));
    this.atMs = nowMs;
    if (this.tokens >= 1) {
      this.tokens--;
      return 0;
    }
    return Math.ceil(((1 - this.tokens) * 1000) / RATE);
  }
}
