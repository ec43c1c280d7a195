/** When a run's journal is turned into blocks and chunks, what that leaves behind, and how it is found again. */
import type { Clock } from "../../util/clock.ts";
import { messageOf } from "../../util/errors.ts";
import type { Logger } from "../../util/logger.ts";
import type { FactChunk } from "./fact-chunk.ts";
import type { Journal } from "./journal.ts";
import { givenUp, type Retention } from "./retention.ts";
import { type CommitPlace, commitRun, FIRST_PLACE } from "./run-commit.ts";
import type { RunFacts } from "./run-facts.ts";
import type { RunDataFiles } from "./run-files.ts";
import { type Commit, RunIndex } from "./run-index.ts";
import type { SeriesSet } from "./series-set.ts";

/** Of the journal: what a process that comes after a crash reads again, and what memory holds of a run. */
export const COMMIT_BYTES = 8 * 1024 * 1024;
/** With so much that waits, senders wait for the blocks. */
const SLOW_BYTES = 4 * COMMIT_BYTES;
/** Blocks cannot be written: no more is taken. */
const MAX_BYTES = 8 * COMMIT_BYTES;

export interface RunCommitsOptions {
  readonly folder: string;
  readonly journal: Journal;
  readonly set: SeriesSet;
  readonly facts: RunFacts;
  readonly files: RunDataFiles;
  readonly sync: boolean;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly received: () => Readonly<Record<string, number>>;
  readonly state: () => unknown;
  readonly commitBytes?: number;
}

export class RunCommits {
  readonly chunks: FactChunk[] = [];
  private readonly options: RunCommitsOptions;
  private readonly index: RunIndex;
  private readonly commitBytes: number;
  private place: CommitPlace = FIRST_PLACE;
  /** How far writers were when so many facts were in chunks. */
  private readonly marks: { readonly facts: number; readonly received: Readonly<Record<string, number>> }[] =
    [];
  private running: Promise<void> | null = null;
  /** Of the journal's bytes, those that are in blocks, or are about to be. */
  private begunAt = 0;
  private settledAt = 0;
  private failure: unknown = null;
  sizeBytes = 0;

  constructor(options: RunCommitsOptions) {
    this.options = options;
    this.index = new RunIndex(options.folder);
    this.commitBytes = options.commitBytes ?? COMMIT_BYTES;
  }

  /** @returns the state of the last commit, and the first segment of the journal that is in none. */
  async recover(): Promise<{ readonly state: unknown; readonly journal: number } | null> {
    const commits = await this.index.read();
    for (const commit of commits) this.know(commit);
    await this.measure();
    const last = commits.at(-1);
    if (last === undefined) return null;
    return { state: await this.index.readState(last.number), journal: last.journal };
  }

  /** The number of the first fact that may lie behind these offsets. */
  firstFactAfter(after: Readonly<Record<string, number>>): number {
    const known = this.marks.findLast(({ received }) =>
      Object.entries(received).every(([writer, end]) => end <= (after[writer] ?? 0)),
    );
    return known?.facts ?? 0;
  }

  /** Why no more can be taken; null: it can. */
  get blockedBy(): unknown {
    return this.waiting > MAX_BYTES ? this.failure : null;
  }

  /** Between two groups of the journal, when nothing is under way. Settles when the next group may be written. */
  async between(): Promise<void> {
    if (this.options.journal.written - this.begunAt < this.commitBytes) return;
    if (this.running === null) await this.begin();
    else if (this.waiting > SLOW_BYTES) await this.running;
  }

  /** All that waits. Nothing must be under way. @throws the system's error. */
  async finish(): Promise<void> {
    await this.running;
    const { set, facts } = this.options;
    if (set.waiting === 0 && facts.waiting.length === 0) return;
    await this.begin();
    await this.running;
    if (this.failure !== null) throw this.failure;
  }

  private get waiting(): number {
    return this.options.journal.written - this.settledAt;
  }

  private async begin(): Promise<void> {
    const { journal } = this.options;
    const segment = await journal.turn();
    this.begunAt = journal.written;
    const begunAt = this.begunAt;
    this.running = this.commit(segment)
      .then(
        () => {
          this.settledAt = begunAt;
          this.failure = null;
        },
        (error: unknown) => {
          this.failure = error;
          this.options.logger.warn("Telemetry stays in its journal for now", { error: messageOf(error) });
        },
      )
      .finally(() => {
        this.running = null;
      });
  }

  private async commit(segment: number): Promise<void> {
    const { set, facts, files, sync, journal, received, state } = this.options;
    const { index, place } = this;
    const input = { set, facts, files, index, place, sync, journal: segment };
    const { commit, ...committed } = await commitRun({ ...input, received: received(), state: state() });
    committed.settle();
    this.place = committed.place;
    this.chunks.push(...commit.chunks);
    this.mark(commit);
    await journal.forget(segment);
    await index.forgetState(place.number);
    await this.retain();
    await this.measure();
  }

  private know(commit: Commit): void {
    const { set, facts } = this.options;
    for (const name of commit.series) set.know(name);
    for (const { series, block } of commit.blocks) {
      const known = set.all[series];
      if (known) set.knowBlock(known, block);
    }
    for (const chunk of commit.chunks) {
      this.chunks.push(chunk);
      facts.know(chunk);
    }
    const { number, file, pointsBytes, keptBytes } = commit;
    this.place = { number, file, pointsBytes, keptBytes, series: this.place.series + commit.series.length };
    this.mark(commit);
  }

  private mark({ received }: Commit): void {
    const last = this.chunks.at(-1);
    this.marks.push({ facts: last ? last.firstFact + last.facts : 0, received });
  }

  private async retain(): Promise<void> {
    const { files, retention, clock } = this.options;
    for (const file of givenUp(await files.pointFiles(), this.place.file, retention, clock.now()))
      await files.forgetPoints(file);
  }

  private async measure(): Promise<void> {
    this.sizeBytes = await this.options.files.sizeBytes();
  }
}
