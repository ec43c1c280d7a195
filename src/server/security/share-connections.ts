/**
 * Open connections that came by shares. A share that is taken back or expires ends its connections at once, whatever
 * protocol they speak; who comes back is not let in.
 */
import type { Duplex } from "node:stream";
import type { Access } from "../../people/access.ts";
import { isExpired, type ShareStore } from "../../people/shares.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import type { Unsubscribe } from "../../util/emitter.ts";

/** Timers cannot be longer than this (2^31 ms); a later end is looked at again then. */
const LONGEST_TIMER_MS = 2_000_000_000;

export class ShareConnections {
  private readonly shares: ShareStore;
  private readonly clock: Clock;
  private readonly open = new Map<Duplex, NonNullable<Access["share"]>>();
  private stopWatching: Unsubscribe | null = null;
  private cancelExpiry: (() => void) | null = null;

  constructor(shares: ShareStore, clock: Clock = systemClock) {
    this.shares = shares;
    this.clock = clock;
  }

  /** From now until it closes; nothing where the access is not by a share. */
  track(socket: Duplex, { share }: Access): void {
    if (share === undefined) return;
    this.open.set(socket, share);
    socket.once("close", () => this.forget(socket));
    this.stopWatching ??= this.shares.watch(() => this.check());
    // Taken back between the look at its secret and this.
    this.check();
  }

  close(): void {
    this.open.clear();
    this.rest();
  }

  private check(): void {
    const now = this.clock.now();
    for (const [socket, { id }] of this.open) {
      const share = this.shares.byId(id);
      if (share !== null && !isExpired(share, now)) continue;
      this.open.delete(socket);
      socket.destroy();
    }
    this.arm(now);
  }

  private arm(now: number): void {
    this.cancelExpiry?.();
    this.cancelExpiry = null;
    const ends = [...this.open.values()].flatMap(({ expiresAtMs }) => expiresAtMs ?? []);
    if (ends.length === 0) return;
    const afterMs = Math.min(LONGEST_TIMER_MS, Math.max(0, Math.min(...ends) - now));
    this.cancelExpiry = this.clock.schedule(afterMs, () => this.check());
  }

  private forget(socket: Duplex): void {
    this.open.delete(socket);
    if (this.open.size === 0) this.rest();
  }

  private rest(): void {
    this.stopWatching?.();
    this.stopWatching = null;
    this.cancelExpiry?.();
    this.cancelExpiry = null;
  }
}
