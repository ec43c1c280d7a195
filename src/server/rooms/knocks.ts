/** How often one party may open connections: whoever reconnects in a loop is told to come later. */
import type { Clock } from "../../util/clock.ts";

/** A class that opens a notebook together, or a page with many tabs that comes back. */
const BURST = 200;
const PER_SECOND = 10;
/** Parties that are remembered; the rest are new to us. */
const MAX_PARTIES = 1_000;

interface Allowance {
  left: number;
  atMs: number;
}

export class Knocks {
  private readonly clock: Clock;
  private readonly allowances = new Map<string, Allowance>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** False: too often. */
  mayEnter(party: string): boolean {
    const now = this.clock.now();
    const known = this.allowances.get(party) ?? { left: BURST, atMs: now };
    const earned = (Math.max(0, now - known.atMs) / 1000) * PER_SECOND;
    const left = Math.min(BURST, known.left + earned);
    this.allowances.delete(party);
    this.allowances.set(party, { left: Math.max(0, left - 1), atMs: now });
    const [oldest] = this.allowances.keys();
    if (this.allowances.size > MAX_PARTIES && oldest !== undefined) this.allowances.delete(oldest);
    return left >= 1;
  }
}
