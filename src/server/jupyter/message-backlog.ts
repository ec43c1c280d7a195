/**
 * What a kernel said while a client was away or did not read: kept in order, up to a limit. Over it, output goes,
 * oldest first; what tells of beginning and end, errors and answers stay as long as there is output to go. Pure.
 */
import type { WireMessage } from "./wire.ts";

export interface BacklogLimits {
  readonly bytes: number;
  readonly messages: number;
}

/** What had to go. */
export interface Dropped {
  readonly messages: number;
  readonly bytes: number;
  /** Of the newest of them: what it belonged to. */
  readonly parentHeader: Uint8Array;
}

const OUTPUTS: ReadonlySet<string> = new Set([
  "stream",
  "display_data",
  "update_display_data",
  "execute_result",
  "clear_output",
  "comm_msg",
]);
/** Beside its parts, for each message. */
const OVERHEAD_BYTES = 200;

export class MessageBacklog {
  private readonly limits: BacklogLimits;
  private entries: (WireMessage | null)[] = [];
  /** Before this, nothing is left. */
  private head = 0;
  /** Before this, nothing is left that may go first. */
  private scanned = 0;
  private count = 0;
  private bytes = 0;
  private gone: Dropped | null = null;
  private answers = 0;

  constructor(limits: BacklogLimits) {
    this.limits = limits;
  }

  get isEmpty(): boolean {
    return this.count === 0 && this.gone === null;
  }

  /** Something in it answers or asks the client itself. */
  get hasAnswers(): boolean {
    return this.answers > 0;
  }

  /** Not a view into something bigger (`copied`): it is kept as it is. */
  add(message: WireMessage): void {
    this.entries.push(message);
    this.count += 1;
    this.bytes += sizeOf(message);
    if (message.channel !== "iopub") this.answers += 1;
    while (this.count > this.limits.messages || this.bytes > this.limits.bytes) this.dropOne();
  }

  /** Once, before what is kept. */
  takeDropped(): Dropped | null {
    const { gone } = this;
    this.gone = null;
    return gone;
  }

  /** The oldest that is kept; undefined: there is none. */
  shift(): WireMessage | undefined {
    for (; this.head < this.entries.length; this.head++) {
      const entry = this.entries[this.head];
      if (!entry) continue;
      this.remove(this.head, entry);
      this.head += 1;
      if (this.head > 1_000 && this.head > this.entries.length / 2) this.compact();
      return entry;
    }
    this.clear(this.gone);
    return undefined;
  }

  private clear(gone: Dropped | null): void {
    this.entries = [];
    this.head = 0;
    this.scanned = 0;
    this.count = 0;
    this.bytes = 0;
    this.answers = 0;
    this.gone = gone;
  }

  private dropOne(): void {
    this.scanned = Math.max(this.scanned, this.head);
    while (this.scanned < this.entries.length) {
      const entry = this.entries[this.scanned];
      if (entry && OUTPUTS.has(entry.type)) break;
      this.scanned += 1;
    }
    const index = this.scanned < this.entries.length ? this.scanned : this.entries.findIndex(Boolean);
    const entry = this.entries[index];
    if (!entry) return;
    this.remove(index, entry);
    const { messages = 0, bytes = 0 } = this.gone ?? {};
    this.gone = {
      messages: messages + 1,
      bytes: bytes + sizeOf(entry),
      parentHeader: entry.parentHeader,
    };
    if (this.entries.length > 2 * this.count + 1_000) this.compact();
  }

  private remove(index: number, entry: WireMessage): void {
    this.entries[index] = null;
    this.count -= 1;
    this.bytes -= sizeOf(entry);
    if (entry.channel !== "iopub") this.answers -= 1;
  }

  private compact(): void {
    const before = this.entries.slice(0, this.scanned).filter((entry) => entry !== null).length;
    this.entries = this.entries.filter((entry) => entry !== null);
    this.scanned = before;
    this.head = 0;
  }
}

function sizeOf({ header, parentHeader, metadata, content, buffers }: WireMessage): number {
  const parts = [header, parentHeader, metadata, content, ...buffers];
  return parts.reduce((sum, part) => sum + part.byteLength, OVERHEAD_BYTES);
}

/** For what is kept: what was read from a kernel is a view into all that was read with it. */
export function copied(message: WireMessage): WireMessage {
  const { header, parentHeader, metadata, content, buffers } = message;
  return {
    ...message,
    header: Uint8Array.from(header),
    parentHeader: Uint8Array.from(parentHeader),
    metadata: Uint8Array.from(metadata),
    content: Uint8Array.from(content),
    buffers: buffers.map((buffer) => Uint8Array.from(buffer)),
  };
}
