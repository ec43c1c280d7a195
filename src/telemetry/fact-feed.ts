/**
 * Facts on their way to those who act on them: each in order, and again when its listener threw. Knows where each
 * listener is by the number of the fact; where facts come from, memory or disk, is its source's.
 */
import type { Clock } from "../util/clock.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { PlacedFact } from "./telemetry-store.ts";

export interface FactSource {
  /** So many facts came so far. */
  readonly total: number;
  /** Some facts from this number on; at least one where there are any. */
  read(from: number): readonly PlacedFact[] | Promise<readonly PlacedFact[]>;
}

type Offsets = Readonly<Record<string, number>>;

interface Reader {
  readonly after: Offsets;
  readonly listener: (facts: readonly PlacedFact[]) => void;
  at: number;
  isBusy: boolean;
  failures: number;
  cancelRetry: (() => void) | null;
}

const RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

export class FactFeed {
  private readonly source: FactSource;
  private readonly clock: Clock;
  private readonly onError: (error: unknown) => void;
  private readonly readers = new Set<Reader>();

  constructor(source: FactSource, clock: Clock, onError: (error: unknown) => void) {
    this.source = source;
    this.clock = clock;
    this.onError = onError;
  }

  get size(): number {
    return this.readers.size;
  }

  /** @param from the number of the first fact that may lie behind `after`. */
  listen(after: Offsets, from: number, listener: Reader["listener"]): Unsubscribe {
    const reader: Reader = { after, listener, at: from, isBusy: false, failures: 0, cancelRetry: null };
    this.readers.add(reader);
    queueMicrotask(() => void this.pump(reader));
    return () => this.end(reader);
  }

  /** Facts came. */
  kick(): void {
    for (const reader of this.readers) void this.pump(reader);
  }

  close(): void {
    for (const reader of [...this.readers]) this.end(reader);
  }

  private end(reader: Reader): void {
    this.readers.delete(reader);
    reader.cancelRetry?.();
  }

  private async pump(reader: Reader): Promise<void> {
    if (reader.isBusy || reader.cancelRetry !== null) return;
    reader.isBusy = true;
    try {
      while (reader.at < this.source.total && this.readers.has(reader)) {
        const read = this.source.read(reader.at);
        // What lies in memory is told in the turn in which it came.
        const facts = read instanceof Promise ? await read : read;
        if (facts.length === 0 || !this.readers.has(reader)) return;
        const fresh = facts.filter(({ writer, end }) => end > (reader.after[writer] ?? 0));
        if (fresh.length > 0) reader.listener(fresh);
        reader.at += facts.length;
        reader.failures = 0;
      }
    } catch (error) {
      this.onError(error);
      const delay = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** reader.failures++);
      reader.cancelRetry = this.clock.schedule(delay, () => {
        reader.cancelRetry = null;
        void this.pump(reader);
      });
    } finally {
      reader.isBusy = false;
    }
  }
}
