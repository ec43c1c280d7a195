/**
 * A room's log in a folder of its own:
 *
 *   snapshot        everything up to the beginning of a segment
 *   log-<number>    segments: records since then; only the newest grows
 *   base-<hash>     the file as it was saved last, for merging what is changed outside
 *
 * When the records outweigh the snapshot, a new segment is begun, the state is written as a new snapshot, and the
 * older segments go: so what is written for an edit is at most about twice its own size, whatever the notebook's
 * size and history.
 */
import { constants, copyFile, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { PlannedMove, RoomFacts, RoomLog, RoomState, SavedMark } from "../../document/room-log.ts";
import type { Clock } from "../../util/clock.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import type { NotebookId } from "../../util/ids.ts";
import type { Logger } from "../../util/logger.ts";
import { hashOf } from "../files/file-mark.ts";
import { encodeFacts, withBase, withIntent, withPath, withPlan } from "./facts.ts";
import { encodeRecord, type RecordKind } from "./record.ts";
import { baseName, segmentName, segmentsIn } from "./room-files.ts";
import { SegmentWriter } from "./segment-writer.ts";
import { type Snapshot, writeSnapshot } from "./snapshot.ts";

/** What nobody waits for is on disk after this time. */
const RELAXED_MS = 20;
/** The log is cut back when it is as big as the snapshot, but not for less than the first and always at the second. */
const LEAST_LOG_BYTES = 256 * 1024;
const MOST_LOG_BYTES = 64 * 1024 * 1024;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export interface RoomFolderOptions {
  readonly id: NotebookId;
  readonly folder: string;
  readonly snapshotBytes: number;
  /** Numbers of the newest record and update in the log. */
  readonly seq: number;
  readonly updateSeq: number;
  readonly facts: RoomFacts;
  readonly logBytes: number;
  readonly nextSegment: number;
  readonly state: () => RoomState;
  /** The room is found at this path, too; null: no longer at the one that it was to move to. */
  readonly onMoving: (to: string | null) => Promise<void>;
  readonly onMoved: (path: string) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class RoomFolder implements RoomLog {
  readonly id: NotebookId;
  private readonly options: RoomFolderOptions;
  private current: RoomFacts;
  private seq: number;
  private updateSeq: number;
  /** Emptied by each write; while the disk fails nothing is added, because the snapshot to come holds it. */
  private pending: Uint8Array[] = [];
  private waiters: Waiter[] = [];
  private segment: number;
  private writer: SegmentWriter;
  private logBytes: number;
  private logLimit: number;
  private writing: Promise<void> | null = null;
  private compacting: Promise<void> | null = null;
  private cancelRelaxed: (() => void) | null = null;
  private endPause: (() => void) | null = null;
  private failures = 0;
  private isClosed = false;

  constructor(options: RoomFolderOptions) {
    this.options = options;
    this.id = options.id;
    this.current = options.facts;
    this.seq = options.seq;
    this.updateSeq = options.updateSeq;
    this.segment = options.nextSegment;
    this.writer = new SegmentWriter(this.segmentPath());
    this.logBytes = options.logBytes;
    this.logLimit = logLimitFor(options.snapshotBytes);
  }

  get lastSeq(): number {
    return this.updateSeq;
  }

  facts(): RoomFacts {
    return this.current;
  }

  isDirty(): boolean {
    return this.updateSeq > this.current.base.seq;
  }

  append(update: Uint8Array): void {
    this.add("update", update);
    this.updateSeq = this.seq;
  }

  appendResults(edits: Uint8Array): void {
    this.add("results", edits);
    this.updateSeq = this.seq;
  }

  durable(): Promise<void> {
    if (this.writing === null && this.pending.length === 0) return Promise.resolve();
    if (this.isClosed) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject });
      this.start();
    });
  }

  async intend(mark: SavedMark): Promise<void> {
    this.note(withIntent(this.current, mark));
    await this.durable();
  }

  async saved(mark: SavedMark, copy: string): Promise<void> {
    const before = this.current.base.contentHash;
    const isNew = before !== mark.contentHash;
    if (isNew) await this.keepBase(mark.contentHash, copy);
    this.note(withBase(this.current, mark));
    if (!isNew) return;
    await this.durable();
    await unlink(this.inFolder(baseName(before))).catch(() => {});
  }

  async moving(plan: PlannedMove | null): Promise<void> {
    // Found at the new path first: whoever opens the file there must come to this room, whatever ends in between.
    if (plan !== null) await this.options.onMoving(plan.to);
    this.note(withPlan(this.current, plan));
    await this.durable();
    if (plan === null) await this.options.onMoving(null);
  }

  async moved(path: string): Promise<void> {
    this.note(withPath(this.current, path));
    await this.durable();
    await this.options.onMoved(path);
  }

  async baseBytes(): Promise<Uint8Array | null> {
    const { contentHash } = this.current.base;
    const bytes = await readFile(this.inFolder(baseName(contentHash))).catch(() => null);
    return bytes !== null && hashOf(bytes) === contentHash ? bytes : null;
  }

  async close(): Promise<void> {
    if (this.pending.length > 0) this.start();
    this.isClosed = true;
    this.cancelRelaxed?.();
    this.endPause?.();
    await this.writing;
    await this.compacting;
    await this.writer.close().catch(() => {});
  }

  /** Keeps a copy of the file as it is now, so that a later merge knows what both sides began with. */
  async keepBase(contentHash: string, copy: string): Promise<void> {
    const target = this.inFolder(baseName(contentHash));
    try {
      await copyFile(copy, `${target}.tmp`, constants.COPYFILE_FICLONE);
      await rename(`${target}.tmp`, target);
    } catch (error) {
      // A merge without it keeps both versions side by side.
      this.options.logger.warn("the saved notebook could not be kept for merging", {
        error: messageOf(error),
      });
    }
  }

  private note(facts: RoomFacts): void {
    this.current = facts;
    this.add("facts", encodeFacts(facts));
  }

  private add(kind: RecordKind, content: Uint8Array): void {
    if (this.isClosed) return;
    this.seq++;
    if (this.failures === 0) this.pending.push(encodeRecord({ kind, seq: this.seq, content }));
    if (this.writing === null)
      this.cancelRelaxed ??= this.options.clock.schedule(RELAXED_MS, () => this.start());
  }

  private start(): void {
    this.cancelRelaxed?.();
    this.cancelRelaxed = null;
    this.writing ??= this.writeAll();
  }

  private async writeAll(): Promise<void> {
    // What else this turn of the event loop brings goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.pending.length > 0 || this.waiters.length > 0 || this.failures > 0) {
      const records = this.pending;
      const waiting = this.waiters;
      this.pending = [];
      this.waiters = [];
      try {
        if (this.failures > 0) await this.beginAnew();
        else if (records.length > 0) await this.writeRecords(records);
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        this.waiters = [...waiting, ...this.waiters];
        this.pending = [];
        const isLast = this.isClosed;
        await this.pause(error);
        if (!isLast) continue;
        for (const { reject } of this.waiters) reject(closedError(error));
        this.waiters = [];
        break;
      }
    }
    // In the same step as the last look at what waits: what comes afterwards starts anew.
    this.writing = null;
  }

  private async writeRecords(records: readonly Uint8Array[]): Promise<void> {
    await this.writer.write(records);
    for (const { length } of records) this.logBytes += length;
    if (this.logBytes < this.logLimit || this.compacting !== null) return;
    await this.nextSegment();
    this.compacting = this.compact(this.now()).finally(() => {
      this.compacting = null;
    });
  }

  /** After an error: the state at this moment as a snapshot, in place of records that may be there or not. */
  private async beginAnew(): Promise<void> {
    await this.compacting;
    await this.nextSegment();
    const now = this.now();
    // From here on records count again: the state was taken.
    const { failures } = this;
    this.failures = 0;
    try {
      await this.replaceSnapshot(now);
    } catch (error) {
      this.failures = failures;
      throw error;
    }
  }

  private async nextSegment(): Promise<void> {
    await this.writer.close().catch(() => {});
    this.segment++;
    this.writer = new SegmentWriter(this.segmentPath());
    this.logBytes = 0;
  }

  private now(): Snapshot {
    const { current: facts, seq, updateSeq, segment } = this;
    return { facts, seq, updateSeq, segment, state: this.options.state() };
  }

  private async compact(now: Snapshot): Promise<void> {
    try {
      await this.replaceSnapshot(now);
    } catch (error) {
      // The older segments are all there: nothing is lost, and it is tried again when the log has grown as much again.
      this.options.logger.warn("a room's log could not be cut back", {
        room: this.id,
        error: messageOf(error),
      });
    }
  }

  private async replaceSnapshot(now: Snapshot): Promise<void> {
    const { folder } = this.options;
    this.logLimit = logLimitFor(await writeSnapshot(join(folder, "snapshot"), now));
    for (const number of await segmentsIn(folder)) {
      if (number < now.segment) await unlink(join(folder, segmentName(number))).catch(() => {});
    }
  }

  private async pause(error: unknown): Promise<void> {
    this.failures++;
    const { logger, clock } = this.options;
    if (this.failures === 1) {
      logger.error("a notebook's edits cannot be kept on disk; it is tried again", {
        room: this.id,
        error: messageOf(error),
      });
    }
    if (this.isClosed) return;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS);
    await new Promise<void>((resolve) => {
      const cancel = clock.schedule(pauseMs, resolve);
      this.endPause = () => {
        cancel();
        resolve();
      };
    });
    this.endPause = null;
  }

  private segmentPath(): string {
    return this.inFolder(segmentName(this.segment));
  }

  private inFolder(name: string): string {
    return join(this.options.folder, name);
  }
}

function logLimitFor(snapshotBytes: number): number {
  return Math.min(Math.max(snapshotBytes, LEAST_LOG_BYTES), MOST_LOG_BYTES);
}

function closedError(cause?: unknown): LoopbookError {
  return new LoopbookError(
    "room-not-kept",
    "The notebook was closed before its last edits could be kept on disk. Check the disk of the state folder.",
    { cause },
  );
}
