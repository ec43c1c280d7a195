/**
 * An interrupt meant for one cell. A signal that comes before the kernel has taken the cell up is lost, and one that
 * comes in the first moments may meet the kernel's own code instead of the cell's, so it is held back until then. It
 * is not sent at all to a cell that has ended meanwhile: the next one did nothing to deserve it.
 */
import type { Clock } from "../util/clock.ts";
import { deferred } from "./deferred.ts";

/** From the kernel's first word about a cell to the cell's own code, on a machine that has nothing else to do. */
const TO_CODE_MS = 20;
/** On a busy machine it takes as long as the first word took to come, but not longer than this. */
const TO_CODE_AT_MOST_MS = 200;
/** A kernel that has not taken the cell up by then is kept by something else, which is then what is interrupted. */
const TAKEN_UP_WITHIN_MS = 1_000;

export class CellInterrupt {
  private readonly clock: Clock;
  private readonly sentAtMs: number;
  private readonly takenUp = deferred<void>();
  private readonly over = deferred<void>();
  private reachesCodeAtMs: number | null = null;
  private isOver = false;
  private waiting: Promise<void> | null = null;

  /** Made when the cell is sent to the kernel. */
  constructor(clock: Clock) {
    this.clock = clock;
    this.sentAtMs = clock.now();
  }

  /** The kernel said something of the cell. */
  heard(): void {
    if (this.reachesCodeAtMs !== null) return;
    const nowMs = this.clock.now();
    const tookMs = Math.min(Math.max(TO_CODE_MS, nowMs - this.sentAtMs), TO_CODE_AT_MOST_MS);
    this.reachesCodeAtMs = nowMs + tookMs;
    this.takenUp.resolve();
  }

  ended(): void {
    this.isOver = true;
    this.over.resolve();
  }

  /**
   * Settles when the cell was interrupted, or has ended. Where something else keeps the kernel, that is interrupted
   * after a moment, which settles it, too; the cell then gets its own interrupt when its turn has come.
   * @throws what `interrupt` throws.
   */
  async send(interrupt: () => Promise<void>): Promise<void> {
    this.waiting ??= this.sendWhenReached(interrupt).finally(() => {
      this.waiting = null;
    });
    const sent = this.waiting;
    const late = this.after(TAKEN_UP_WITHIN_MS);
    await Promise.race([sent, late.promise]).finally(late.cancel);
    const isKept = this.reachesCodeAtMs === null && !this.isOver;
    if (!isKept) return sent;
    // Told to nobody when it fails then: this one was answered.
    sent.catch(() => {});
    await interrupt();
  }

  private async sendWhenReached(interrupt: () => Promise<void>): Promise<void> {
    await Promise.race([this.takenUp.promise, this.over.promise]);
    const delay = this.after((this.reachesCodeAtMs ?? 0) - this.clock.now());
    await Promise.race([delay.promise, this.over.promise]);
    delay.cancel();
    if (!this.isOver) await interrupt();
  }

  private after(delayMs: number): { readonly promise: Promise<void>; readonly cancel: () => void } {
    if (delayMs <= 0) return { promise: Promise.resolve(), cancel: () => {} };
    const { promise, resolve } = deferred<void>();
    return { promise, cancel: this.clock.schedule(delayMs, resolve) };
  }
}
