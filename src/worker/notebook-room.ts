/**
 * Keeps what happens in an open notebook: each update of its document and each write of results goes to the room's
 * log, each save of the file is marked in it. Until somebody joins (or where a log is there already) nothing is kept: nobody was told anything.
 */
import * as Y from "yjs";
import type { DocumentStore, SaveResult } from "../document/document-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import { encodeOutputEdits, encodeResults } from "../document/results-record.ts";
import type {
  FileLease,
  PlannedMove,
  RoomLog,
  RoomState,
  RoomStore,
  SavedMark,
} from "../document/room-log.ts";
import { settleDoubles } from "../document/settle-doubles.ts";
import type { Clock } from "../util/clock.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import type { NotebookId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";
import type { NotebookComments } from "./notebook-comments.ts";
import type { NotebookHistory } from "./notebook-history.ts";

/** A log that cannot be written must not keep the file from being saved: then it is the only safe place. */
const INTENT_LIMIT_MS = 1_000;
const RETRY_MS = 1_000;
/** A move that cannot be planned on disk in this time does not happen. */
const PLAN_LIMIT_MS = 5_000;

export interface NotebookRoomOptions {
  readonly id: NotebookId;
  readonly live: LiveNotebook;
  readonly rooms: RoomStore;
  readonly lease: FileLease;
  /** Absolute, links resolved. */
  readonly path: string;
  /** A log that goes on; `live` holds all of it. Null: none yet. */
  readonly log: RoomLog | null;
  /** Of the file as we know it; null: there is none. */
  readonly contentHash: () => string | null;
  /** Who wrote what; is kept from when the room is, and closed with it. */
  readonly history?: NotebookHistory;
  /** What people say of its cells; closed with it. */
  readonly comments?: NotebookComments;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class NotebookRoom {
  readonly history: NotebookHistory | undefined;
  readonly comments: NotebookComments | undefined;
  private readonly options: NotebookRoomOptions;
  private path: string;
  private lease: FileLease;
  private log: RoomLog | null;
  /** What comes while a new room is being made, after its first state was taken. */
  private early: ((log: RoomLog) => void)[] = [];
  private beginning: Promise<void> | null = null;
  /** Updates so far. */
  private heard = 0;
  private cancelRetry: (() => void) | null = null;
  private stopListening: Unsubscribe | null = null;
  private isClosed = false;

  constructor(options: NotebookRoomOptions) {
    this.options = options;
    this.history = options.history;
    this.comments = options.comments;
    this.path = options.path;
    this.lease = options.lease;
    this.log = options.log;
    if (this.log) this.listen();
  }

  /** Whether the notebook is found as it is now when it is opened again. */
  get isKept(): boolean {
    return this.log !== null || this.beginning !== null;
  }

  /**
   * From now on everything is kept. `isSaved`: the file holds all that the document holds. `prepare` is called before
   * that, if nothing was kept yet; what it writes is of the first state that is kept, which waits for it.
   */
  begin(isSaved: boolean, prepare: () => Promise<void> = async () => {}): void {
    if (this.log || this.beginning || this.isClosed) return;
    const prepared = prepare();
    // When it fails that is seen where it is waited for.
    prepared.catch(() => {});
    // Before the document is shared, from which all would have to be read cell by cell.
    this.history?.keep();
    this.listen();
    this.beginning = this.make(isSaved, prepared, prepare);
  }

  /** Settles when all that the document holds now is kept. Rejects when it was closed before. */
  async durable(): Promise<void> {
    if (this.beginning) await this.beginning;
    await Promise.all([this.log?.durable(), this.history?.written()]);
  }

  /** The store whose saves this room knows of. */
  saving(store: DocumentStore): DocumentStore {
    return {
      load: (path) => store.load(path),
      save: async (path, notebook, hooks) => {
        // Before anything else happens: `notebook` was read from the document just now.
        const seqThen = this.log?.lastSeq;
        const { heard } = this;
        // A room that is being made meanwhile does not know how far the save goes, unless nothing came since.
        const seqOf = (log: RoomLog): number => seqThen ?? (this.heard === heard ? log.lastSeq : 0);
        const result = await store.save(path, notebook, {
          ...hooks,
          beforeReplace: async (contentHash) => {
            if (!this.lease.isHeld()) throw new Error("another Loopbook process has taken it over");
            await this.within(INTENT_LIMIT_MS, (log) => log.intend({ contentHash, seq: seqOf(log) }));
          },
        });
        await this.within(INTENT_LIMIT_MS, (log) => this.mark(log, result, seqOf(log), path));
        return result;
      },
    };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([this.history?.close(), this.comments?.close()]);
    this.cancelRetry?.();
    await this.beginning?.catch(() => {});
    this.stopListening?.();
    await this.log?.close();
    this.lease.release();
  }

  /**
   * The file gets another path: planned in the log before, marked after, so that wherever this process ends, the next
   * one finds room and file together.
   * @param to absolute, links resolved. `lease`: of that path; it takes the old one's place.
   * @param put plans it (`plan`, durable when it settles) and puts the file there, or throws and leaves it where it
   *   was; gives what was saved there.
   * @throws LoopbookError `room-not-kept`, and what `put` throws.
   */
  async relocate(
    to: string,
    lease: FileLease,
    isSaved: boolean,
    put: (log: RoomLog, plan: (plan: PlannedMove) => Promise<void>) => Promise<SavedMark | null>,
  ): Promise<void> {
    this.begin(isSaved);
    await this.strictly(this.beginning ?? Promise.resolve());
    const { log } = this;
    if (!log) throw notKept();
    let saved: SavedMark | null;
    try {
      saved = await put(log, (plan) => this.strictly(log.moving(plan)));
    } catch (error) {
      if (log.facts().moving) await this.within(INTENT_LIMIT_MS, () => log.moving(null));
      throw error;
    }
    await this.within(INTENT_LIMIT_MS, async () => {
      await log.moved(to);
      if (saved) await log.saved(saved, to);
    });
    this.lease.release();
    this.lease = lease;
    this.path = to;
  }

  /** Only when it is on disk in time. */
  private async strictly(work: Promise<void>): Promise<void> {
    const { clock } = this.options;
    await new Promise<void>((resolve, reject) => {
      const cancel = clock.schedule(PLAN_LIMIT_MS, () => reject(notKept()));
      work.then(resolve, reject).finally(cancel);
    });
  }

  private listen(): void {
    const { doc, results } = this.options.live;
    const onUpdate = (update: Uint8Array): void => this.keep((log) => log.append(update));
    doc.on("update", onUpdate);
    const stopResults = results.onWrite(({ edits }) => {
      const bytes = encodeOutputEdits(edits);
      this.keep((log) => log.appendResults(bytes));
    });
    const stopSettling = this.options.live.onChange(({ order }) => {
      if (order) settleDoubles(doc);
    });
    this.stopListening = () => {
      stopSettling();
      doc.off("update", onUpdate);
      stopResults();
    };
  }

  private keep(append: (log: RoomLog) => void): void {
    this.heard++;
    if (this.log) append(this.log);
    else this.early.push(append);
  }

  private state(): RoomState {
    const { doc, results } = this.options.live;
    // It holds what came until now.
    this.early = [];
    return { document: Y.encodeStateAsUpdate(doc), results: encodeResults(results) };
  }

  private async make(isSaved: boolean, prepared: Promise<void>, again: () => Promise<void>): Promise<void> {
    const { id, rooms, contentHash, clock, logger } = this.options;
    const { path } = this;
    for (let failures = 0; ; failures++) {
      try {
        await (failures === 0 ? prepared : again());
        this.log = await rooms.begin({
          id,
          path,
          contentHash: contentHash(),
          isSaved: isSaved && failures === 0,
          state: () => this.state(),
        });
        break;
      } catch (error) {
        if (failures === 0)
          logger.error("a notebook's edits cannot be kept on disk; it is tried again", {
            notebook: path,
            error: messageOf(error),
          });
        this.early = [];
        if (this.isClosed) throw error;
        await new Promise<void>((resolve) => {
          const cancel = clock.schedule(RETRY_MS, resolve);
          this.cancelRetry = () => {
            cancel();
            resolve();
          };
        });
        if (this.isClosed) throw error;
      }
    }
    for (const append of this.early) append(this.log);
    this.early = [];
    this.beginning = null;
  }

  private async mark(log: RoomLog, result: SaveResult, seq: number, path: string): Promise<void> {
    if (result.type === "saved") {
      await log.saved({ contentHash: result.contentHash, seq }, path);
    } else if (result.type === "unchanged" && seq > log.facts().base.seq) {
      const contentHash = this.options.contentHash();
      if (contentHash !== null) await log.saved({ contentHash, seq }, path);
    }
  }

  /** Waits so long and no longer; what goes on goes on by itself. */
  private async within(limitMs: number, work: (log: RoomLog) => Promise<void>): Promise<void> {
    if (!this.log && !this.beginning) return;
    const { clock, logger } = this.options;
    const { path } = this;
    let cancel = (): void => {};
    const limit = new Promise<void>((resolve) => {
      cancel = clock.schedule(limitMs, resolve);
    });
    const noted = async (): Promise<void> => {
      await this.beginning;
      if (this.log) await work(this.log);
    };
    const logged = noted().catch((error: unknown) => {
      logger.warn("a save could not be marked in the room's log", {
        notebook: path,
        error: messageOf(error),
      });
    });
    await Promise.race([logged, limit]);
    cancel();
  }
}

function notKept(): LoopbookError {
  return new LoopbookError(
    "room-not-kept",
    "The notebook was not moved: that could not be written to the state folder. Check its disk, then try again.",
    { retry: true },
  );
}
