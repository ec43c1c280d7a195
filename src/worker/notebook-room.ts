/**
 * Keeps what happens in an open notebook's live document: each update goes to the room's log, each save of the file
 * is marked in it. Until somebody joins (or where a log is there already) nothing is kept: nobody was told anything.
 */
import * as Y from "yjs";
import type { DocumentStore, SaveResult } from "../document/document-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { FileLease, RoomLog, RoomStore } from "../document/room-log.ts";
import type { Clock } from "../util/clock.ts";
import { messageOf } from "../util/errors.ts";
import type { NotebookId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";

/** A log that cannot be written must not keep the file from being saved: then it is the only safe place. */
const INTENT_LIMIT_MS = 1_000;
const RETRY_MS = 1_000;

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
  readonly clock: Clock;
  readonly logger: Logger;
}

export class NotebookRoom {
  private readonly options: NotebookRoomOptions;
  private log: RoomLog | null;
  /** What comes while a new room is being made; part of it may be in its first state already, which does no harm. */
  private early: Uint8Array[] = [];
  private beginning: Promise<void> | null = null;
  /** Updates so far. */
  private heard = 0;
  private cancelRetry: (() => void) | null = null;
  private listensTo: Y.Doc | null = null;
  private isClosed = false;

  constructor(options: NotebookRoomOptions) {
    this.options = options;
    this.log = options.log;
    if (this.log) this.listen();
  }

  /** From now on everything is kept. `isSaved`: the file holds all that the document holds. */
  begin(isSaved: boolean): void {
    if (this.log || this.beginning || this.isClosed) return;
    this.listen();
    this.beginning = this.make(isSaved);
  }

  /** Settles when all that the document holds now is kept. Rejects when it was closed before. */
  async durable(): Promise<void> {
    if (this.beginning) await this.beginning;
    await this.log?.durable();
  }

  /** The store whose saves this room knows of. */
  saving(store: DocumentStore): DocumentStore {
    return {
      load: (path) => store.load(path),
      save: async (path, notebook) => {
        // Before anything else happens: `notebook` was read from the document just now.
        const seqThen = this.log?.lastSeq;
        const { heard } = this;
        // A room that is being made meanwhile does not know how far the save goes, unless nothing came since.
        const seqOf = (log: RoomLog): number => seqThen ?? (this.heard === heard ? log.lastSeq : 0);
        const result = await store.save(path, notebook, {
          beforeReplace: async (contentHash) => {
            if (!this.options.lease.isHeld()) throw new Error("another Loopbook process has taken it over");
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
    this.cancelRetry?.();
    await this.beginning?.catch(() => {});
    this.listensTo?.off("update", this.onUpdate);
    await this.log?.close();
    this.options.lease.release();
  }

  private listen(): void {
    this.listensTo = this.options.live.doc;
    this.listensTo.on("update", this.onUpdate);
  }

  private readonly onUpdate = (update: Uint8Array): void => {
    this.heard++;
    if (this.log) this.log.append(update);
    else this.early.push(update);
  };

  private async make(isSaved: boolean): Promise<void> {
    const { id, path, rooms, live, contentHash, clock, logger } = this.options;
    const { doc } = live;
    for (let failures = 0; ; failures++) {
      try {
        this.log = await rooms.begin({
          id,
          path,
          contentHash: contentHash(),
          isSaved: isSaved && failures === 0,
          state: () => Y.encodeStateAsUpdate(doc),
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
    for (const update of this.early) this.log.append(update);
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
    const { clock, logger, path } = this.options;
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
