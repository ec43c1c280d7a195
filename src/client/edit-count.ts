/**
 * Counts the edits made here against what the server says is on its disk. The server counts frames of a connection;
 * a frame holds all edits made before it was sent.
 */
import { Emitter, type Unsubscribe } from "../util/emitter.ts";

/** Frames that wait for their acknowledgement; of more, the oldest are told of by the next that is kept. */
const MAX_WAITING = 10_000;

export class EditCount {
  private count = 0;
  private durable = 0;
  /** For each frame of this connection that waits: how many edits it brings the server to. */
  private waiting: number[] = [];
  /** Frames of this connection before those that wait. */
  private before = 0;
  private readonly changes = new Emitter<number>();

  get unacknowledged(): number {
    return this.count - this.durable;
  }

  onChange(listener: (unacknowledged: number) => void): Unsubscribe {
    return this.changes.on(listener);
  }

  /** An edit was made here. */
  made(): void {
    this.count++;
    this.changes.emit(this.unacknowledged);
  }

  /** A frame with everything until now is being sent. */
  sent(): void {
    this.waiting.push(this.count);
    if (this.waiting.length <= MAX_WAITING) return;
    this.waiting.shift();
    this.before++;
  }

  /** So many frames of this connection are on the server's disk. */
  acknowledge(frames: number): void {
    const done = this.waiting.splice(0, Math.max(0, frames - this.before));
    this.before += done.length;
    const edits = done.at(-1);
    if (edits === undefined || edits <= this.durable) return;
    this.durable = edits;
    this.changes.emit(this.unacknowledged);
  }

  /** What waited is sent again by the next connection. */
  connectionLost(): void {
    this.waiting = [];
    this.before = 0;
  }
}
