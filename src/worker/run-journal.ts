/**
 * Writes a run into the ledger. What a person is told is done waits for the disk (`flush`); steps in between are
 * gathered and written together, so that neither the number of cells nor a slow disk is felt at each step.
 */
import type { RunEventRecord, RunRecord, RunSnapshot, StepRecord } from "../runs/run.ts";
import type { RunStore } from "../runs/run-store.ts";
import type { Clock } from "../util/clock.ts";
import { messageOf } from "../util/errors.ts";
import type { Logger } from "../util/logger.ts";

export interface RunJournalOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly snapshot: () => RunSnapshot;
  /** How long steps may wait; a crash loses the records of at most this time. */
  readonly intervalMs: () => number;
}

export class RunJournal {
  private readonly options: RunJournalOptions;
  private events: RunEventRecord[] = [];
  /** By ordinal: of a step that began and ended since the last write, one row. */
  private steps = new Map<number, StepRecord>();
  private cancelTimer: (() => void) | null = null;
  private written: (() => void)[] = [];
  private last: Promise<void> = Promise.resolve();
  private isCreated = false;

  constructor(options: RunJournalOptions) {
    this.options = options;
  }

  /** The first row. Later writes wait for it. @throws what the store throws. */
  create(record: RunRecord): Promise<void> {
    const events = this.take();
    this.last = this.options.store.create({ ...record, ...events }).then(() => {
      this.isCreated = true;
    });
    return this.last;
  }

  /** The rows are there: an earlier process wrote them. */
  goOn(): void {
    this.isCreated = true;
  }

  addEvent(event: RunEventRecord): void {
    this.events.push(event);
    this.arm();
  }

  /** @param onWritten called when it is in the ledger. */
  addStep(step: StepRecord, onWritten?: () => void): void {
    this.steps.set(step.ordinal, step);
    if (onWritten) this.written.push(onWritten);
    this.arm();
  }

  /** What was added is on the disk. @throws what the store throws: the caller must not say "done". */
  flush(snapshot: RunSnapshot = this.options.snapshot(), relaxed?: "relaxed"): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = null;
    const told = this.written;
    this.written = [];
    const change = { snapshot, ...this.take(), ...(relaxed && ({ relaxed: true } as const)) };
    const written = this.last.then(
      () => this.options.store.append(snapshot.id, change),
      () => {
        throw new Error("The run is not in the ledger.");
      },
    );
    this.last = written.then(
      () => {
        for (const tell of told) tell();
      },
      (error: unknown) => {
        this.written = [...told, ...this.written];
        this.options.logger.error("The ledger of runs could not be written", { error: messageOf(error) });
        // Kept for the next attempt; rows are written by their numbers, so twice is once.
        this.events = [...change.events, ...this.events];
        this.steps = new Map([...change.steps.map((step) => [step.ordinal, step] as const), ...this.steps]);
      },
    );
    return written;
  }

  describe(facts: Parameters<RunStore["describe"]>[1]): Promise<void> {
    const { store, snapshot } = this.options;
    return this.last.then(() => store.describe(snapshot().id, facts));
  }

  private take(): { events: RunEventRecord[]; steps: StepRecord[] } {
    const taken = { events: this.events, steps: [...this.steps.values()] };
    this.events = [];
    this.steps = new Map();
    return taken;
  }

  private arm(): void {
    if (this.cancelTimer !== null || !this.isCreated) return;
    this.cancelTimer = this.options.clock.schedule(this.options.intervalMs(), () => {
      this.cancelTimer = null;
      this.flush(undefined, "relaxed").catch(() => {});
    });
  }
}
