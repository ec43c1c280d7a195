/**
 * Handles what connections send in turn, one message of each, a few milliseconds at a time: whoever floods waits
 * behind its own messages, the others hardly notice. A message that takes long is paid for with a pause.
 * A connection whose messages wait is not read from, so the platform holds its sender back.
 */
import type { Clock } from "../../util/clock.ts";

/** After so much work the event loop gets its turn: sending, syncing, other sockets. */
const SLICE_MS = 4;
/** From here on a connection is not read from until half of it is done. */
const MAX_WAITING_FRAMES = 256;
const MAX_WAITING_BYTES = 1024 * 1024;
/** A message that takes longer is heavy: all heavy senders together get a quarter of the time. */
const HEAVY_MS = 20;
const HEAVY_PAUSE = 4;

export interface LaneHandlers {
  handle(data: Uint8Array): void;
  pause(): void;
  resume(): void;
}

export class Lane {
  readonly handlers: LaneHandlers;
  readonly waiting: Uint8Array[] = [];
  bytes = 0;
  isPaused = false;
  /** Pays for a heavy message. */
  isHeld = false;
  isGone = false;

  constructor(handlers: LaneHandlers) {
    this.handlers = handlers;
  }
}

export class FairQueue {
  private readonly clock: Clock;
  /** Lanes with messages, in the order in which they are served. */
  private readonly ring: Lane[] = [];
  private turn: NodeJS.Immediate | null = null;
  private sliceStart: number | null = null;
  private heldLanes = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  add(lane: Lane, data: Uint8Array): void {
    if (lane.isGone) return;
    if (this.ring.length === 0 && !lane.isHeld && this.hasTime()) {
      this.serve(lane, data);
      return;
    }
    lane.waiting.push(data);
    lane.bytes += data.length;
    if (lane.waiting.length === 1 && !lane.isHeld) this.ring.push(lane);
    if (!lane.isPaused && (lane.waiting.length >= MAX_WAITING_FRAMES || lane.bytes >= MAX_WAITING_BYTES)) {
      lane.isPaused = true;
      lane.handlers.pause();
    }
    this.next();
  }

  remove(lane: Lane): void {
    lane.isGone = true;
    lane.waiting.length = 0;
    const at = this.ring.indexOf(lane);
    if (at >= 0) this.ring.splice(at, 1);
  }

  /** A slice begins with the first message of a turn, wherever it comes from. */
  private hasTime(): boolean {
    if (this.sliceStart === null) {
      this.sliceStart = performance.now();
      this.next();
      return true;
    }
    return performance.now() - this.sliceStart < SLICE_MS;
  }

  private next(): void {
    this.turn ??= setImmediate(() => {
      this.turn = null;
      this.sliceStart = null;
      this.drain();
    });
  }

  private drain(): void {
    while (this.ring.length > 0 && this.hasTime()) {
      const lane = this.ring.shift();
      const data = lane?.waiting.shift();
      if (!lane || !data) continue;
      lane.bytes -= data.length;
      this.serve(lane, data);
      if (lane.waiting.length > 0 && !lane.isHeld && !lane.isGone) this.ring.push(lane);
      if (
        lane.isPaused &&
        lane.waiting.length <= MAX_WAITING_FRAMES / 2 &&
        lane.bytes <= MAX_WAITING_BYTES / 2
      ) {
        lane.isPaused = false;
        lane.handlers.resume();
      }
    }
    if (this.ring.length > 0) this.next();
  }

  private serve(lane: Lane, data: Uint8Array): void {
    const start = workedMs();
    lane.handlers.handle(data);
    const tookMs = workedMs() - start;
    if (tookMs < HEAVY_MS || lane.isGone) return;
    lane.isHeld = true;
    this.heldLanes++;
    this.clock.schedule(tookMs * HEAVY_PAUSE * this.heldLanes, () => {
      this.heldLanes--;
      lane.isHeld = false;
      if (lane.isGone || lane.waiting.length === 0) return;
      this.ring.push(lane);
      this.next();
    });
  }
}

/** Time that this thread worked: on a busy machine a light message takes long, too, and is not to be punished for it. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
