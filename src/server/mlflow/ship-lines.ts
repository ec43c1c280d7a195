/**
 * Brings the lines of a log to the run that they tell of: in order, each once, from where the run's telemetry has them.
 * While the run cannot be joined the lines wait on disk, and it is tried again.
 */
import type { AttachedRun } from "../../usecases/attached-run.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import type { Logger } from "../../util/logger.ts";
import type { LineSpool } from "./line-spool.ts";

const PIECE_BYTES = 512 * 1024;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

export interface ShipOptions {
  readonly spool: LineSpool;
  readonly writer: string;
  readonly join: () => Promise<AttachedRun>;
  readonly logger: Logger;
  readonly clock?: Clock;
}

export class LineShipper {
  private readonly options: ShipOptions;
  private readonly clock: Clock;
  private attached: AttachedRun | null = null;
  private joining: Promise<AttachedRun> | null = null;
  private shippedLines = 0;
  private shippedBytes = 0;
  private work: Promise<void> | null = null;
  private isAsked = false;
  private isClosed = false;
  private retryMs = FIRST_RETRY_MS;
  private cancelRetry: (() => void) | null = null;
  private wasHeard = false;

  constructor(options: ShipOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
  }

  /** The run, joined. */
  async run(): Promise<AttachedRun> {
    if (this.attached) return this.attached;
    this.joining ??= this.join().finally(() => {
      this.joining = null;
    });
    return this.joining;
  }

  /** The run, where it was joined already. */
  get joined(): AttachedRun | null {
    return this.attached;
  }

  /** Its client called: it lives, also when it was taken for dead. */
  heard(): void {
    this.wasHeard = true;
    this.wake();
  }

  /** There may be lines to be brought. */
  wake(): void {
    this.isAsked = true;
    if (this.work || this.isClosed) return;
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.work = this.ship().finally(() => {
      this.work = null;
      if (this.isAsked && !this.cancelRetry) this.wake();
    });
  }

  /** All lines that are here are there; for who must know. */
  async delivered(): Promise<void> {
    while (this.work) await this.work;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.isAsked = false;
    this.cancelRetry?.();
    await this.work;
  }

  private async ship(): Promise<void> {
    this.isAsked = false;
    try {
      const run = await this.run();
      // Lines of an earlier time are no sign that the client lives.
      if (this.wasHeard) run.seen(this.options.writer, "news");
      this.wasHeard = false;
      for (;;) {
        const { lines, end } = await this.options.spool.read(this.shippedBytes, PIECE_BYTES);
        if (lines.length === 0 || this.isClosed) break;
        const { received } = await run.telemetry.appendLines(this.options.writer, this.shippedLines, lines);
        // Fewer than were sent cannot be: it takes them whole or throws.
        this.shippedLines = Math.max(received, this.shippedLines + lines.length);
        this.shippedBytes = end;
      }
      this.retryMs = FIRST_RETRY_MS;
    } catch (error) {
      this.options.logger.warn("a run's telemetry waits on disk; it is tried again", {
        error: messageOf(error),
      });
      this.attached = null;
      if (this.isClosed) return;
      this.cancelRetry = this.clock.schedule(this.retryMs, () => {
        this.cancelRetry = null;
        this.wake();
      });
      this.retryMs = Math.min(LAST_RETRY_MS, this.retryMs * 2);
    }
  }

  private async join(): Promise<AttachedRun> {
    const run = await this.options.join();
    // From the first line on: what it has is passed over there, and nothing here can be wrong about it.
    this.shippedLines = 0;
    this.shippedBytes = 0;
    const has = run.telemetry.received()[this.options.writer] ?? 0;
    while (this.shippedLines < has) {
      const { lines, end } = await this.options.spool.read(this.shippedBytes, PIECE_BYTES);
      if (lines.length === 0 || this.shippedLines + lines.length > has) break;
      this.shippedLines += lines.length;
      this.shippedBytes = end;
    }
    this.attached = run;
    return run;
  }
}
