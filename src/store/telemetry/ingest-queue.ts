/**
 * Batches on their way to the journal: those that wait are written and synced together, then take effect in order, then
 * are acknowledged. When a write fails none of those that wait counts, since each builds on the one before.
 */
import { LoopbookError } from "../../util/errors.ts";
import type { Frame, Journal } from "./journal.ts";

/** More than this that waits for a slow disk is refused, to be sent again. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Of one write: what a crash may have to read again, and what others wait for. */
const MAX_GROUP_BYTES = 16 * 1024 * 1024;

interface Waiting {
  readonly frame: Frame;
  /** It is durable. */
  readonly apply: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface IngestOptions {
  readonly journal: () => Journal;
  /** A group took effect, before it is acknowledged. */
  readonly onApplied: () => void;
  /** Between two groups; nothing is under way. */
  readonly between: () => Promise<void>;
  readonly onFailed: () => void;
  readonly asError: (error: unknown) => unknown;
}

export class IngestQueue {
  private readonly options: IngestOptions;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private running: Promise<void> | null = null;

  constructor(options: IngestOptions) {
    this.options = options;
  }

  get isIdle(): boolean {
    return this.running === null;
  }

  /** @throws LoopbookError `telemetry-busy`, before anything is taken. */
  checkRoom(bytes: number): void {
    if (this.waitingBytes + bytes <= MAX_WAITING_BYTES || this.waiting.length === 0) return;
    throw new LoopbookError(
      "telemetry-busy",
      "More telemetry waits for the disk than is kept in memory. Send it again in a moment.",
      { retry: true },
    );
  }

  submit(frame: Frame, apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ frame, apply, resolve, reject });
      this.waitingBytes += frame.payload.byteLength;
      this.running ??= this.run();
    });
  }

  /** Settles when nothing waits. */
  async idle(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  private async run(): Promise<void> {
    // What comes in this turn of the loop goes along.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const group = this.nextGroup();
      try {
        await this.options.journal().write(group.map(({ frame }) => frame));
      } catch (error) {
        const failed = [...group, ...this.waiting.splice(0)];
        this.waitingBytes = 0;
        this.options.onFailed();
        const reason = this.options.asError(error);
        for (const { reject } of failed) reject(reason);
        break;
      }
      for (const { frame, apply } of group) {
        this.waitingBytes -= frame.payload.byteLength;
        apply();
      }
      this.options.onApplied();
      for (const { resolve } of group) resolve();
      await this.options.between();
    }
    this.running = null;
  }

  private nextGroup(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.findIndex(({ frame }) => {
      bytes += frame.payload.byteLength;
      return bytes > MAX_GROUP_BYTES;
    });
    return this.waiting.splice(0, end < 0 ? this.waiting.length : Math.max(1, end));
  }
}
