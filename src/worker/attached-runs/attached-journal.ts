/**
 * Writes an attached run into the ledger: its state, how far its logs were taken, its snapshot and events, in one
 * transaction, after the effects of all of these were done. Facts are gathered; what a person is told waits for the disk.
 */
import type { AttachedState } from "../../runs/attached/state.ts";
import type { RunEventRecord, RunSnapshot } from "../../runs/run.ts";
import type { RunStore } from "../../runs/run-store.ts";
import type { Clock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import type { JsonValue } from "../../util/json.ts";
import type { Logger } from "../../util/logger.ts";

const INTERVAL_MS = 250;

export interface AttachedJournalOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly state: () => AttachedState;
  readonly snapshot: () => RunSnapshot;
  /** Settles when the effects asked for until now are done. */
  readonly effects: () => Promise<void>;
}

export class AttachedJournal {
  private readonly given: AttachedJournalOptions;
  private events: RunEventRecord[] = [];
  private cancel: (() => void) | null = null;
  private last: Promise<void> = Promise.resolve();

  constructor(options: AttachedJournalOptions) {
    this.given = options;
  }

  addEvent(event: RunEventRecord): void {
    this.events.push(event);
  }

  /** The state moved on; it is written soon. A crash before that tells the facts again. */
  note(): void {
    this.cancel ??= this.given.clock.schedule(INTERVAL_MS, () => {
      this.cancel = null;
      this.write(true).catch((error: unknown) => {
        this.given.logger.warn("The ledger of runs could not be written; it is tried again", {
          error: messageOf(error),
        });
        this.note();
      });
    });
  }

  /** What is known now is on the disk. @throws what the store throws. */
  flush(): Promise<void> {
    this.cancel?.();
    this.cancel = null;
    return this.write(false);
  }

  private write(isRelaxed: boolean): Promise<void> {
    const { store, state, snapshot, effects } = this.given;
    // Of one moment: state, snapshot, events, and the effects that led there.
    const attached = state() as unknown as JsonValue;
    const shown = snapshot();
    const { events } = this;
    this.events = [];
    const done = effects();
    const written = this.last
      .then(() => done)
      .then(() =>
        store.append(shown.id, {
          snapshot: shown,
          events,
          steps: [],
          attached,
          ...(isRelaxed && ({ relaxed: true } as const)),
        }),
      );
    this.last = written.catch(() => {
      // Rows are written by their numbers, so twice is once.
      this.events = [...events, ...this.events];
    });
    return written;
  }

  close(): void {
    this.cancel?.();
    this.cancel = null;
  }
}
