/** The notebooks that this process has open: one session a path, however many ask. */

import type { CommentStore } from "../document/comments/comment-store.ts";
import { DEFAULT_FILE_LIMIT, type FileLimit } from "../document/file-cut.ts";
import type { HistoryStore } from "../document/history/history-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import type { OutputStore, OutputStores } from "../document/output-store.ts";
import type { FileLease, RoomStore } from "../document/room-log.ts";
import { WholeOutputs } from "../document/whole-outputs.ts";
import type { KernelProvider, Outlive } from "../kernel/kernel.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";
import { putInTrash } from "../store/files/trash.ts";
import { realTarget } from "../store/rooms/file-lease.ts";
import type { MovedNotebook } from "../usecases/host.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter, type Unsubscribe } from "../util/emitter.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";
import { NotebookId } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";
import { commentsOf, noteDeaths } from "./comments-of.ts";
import type { MovableSession } from "./movable-session.ts";
import {
  checkNotebookName,
  copyClosedNotebook,
  type MoveKind,
  moveClosedNotebook,
  moveOpenNotebook,
} from "./move-notebook.ts";
import { NotebookHistory } from "./notebook-history.ts";
import { NotebookRoom } from "./notebook-room.ts";
import { createNotebookSession } from "./notebook-session.ts";
import { type OpenedRoom, openRoom } from "./open-room.ts";
import type { StyledDocumentStore } from "./styled-document-store.ts";

export type { StyledDocumentStore } from "./styled-document-store.ts";

export interface OpenNotebooksOptions {
  readonly store: StyledDocumentStore;
  readonly kernels: KernelProvider;
  readonly clock: Clock;
  /** Where edits are kept and files are leased; null: nowhere. */
  readonly rooms: RoomStore | null;
  /** Where outputs are kept that are too big for a notebook; null: they lie in it whole. */
  readonly outputs?: OutputStores | null;
  /** What of a stream goes into a file. */
  readonly outputLimit?: FileLimit;
  /** Where it is kept who wrote what; null: nowhere. */
  readonly history: HistoryStore | null;
  /** Where comments are kept; null: nowhere. */
  readonly comments: CommentStore | null;
  readonly logger: Logger;
  /** For kernels that people start in a notebook; absent: they end with this process. */
  readonly outlive?: (id: NotebookId, path: string) => Outlive;
  /** Whether a notebook must stay open: its run goes on. */
  readonly isBusy: (id: NotebookId) => boolean;
}

/** More is a program gone wild. */
const MAX_OPEN = 1_000;

export class OpenNotebooks {
  readonly options: OpenNotebooksOptions;
  private readonly sessions = new Map<NotebookId, MovableSession>();
  private readonly roomOf = new Map<NotebookId, NotebookRoom>();
  /** The last move of each that is being moved: one goes after the other. */
  private readonly moves = new Map<NotebookId, Promise<void>>();
  /** By real path: a file that is reached by two names is one notebook. */
  private readonly opening = new Map<string, Promise<NotebookSession>>();
  private readonly realPaths = new Map<NotebookId, string>();
  private readonly closing = new Map<string, Promise<void>>();
  /** Closed here on purpose: nobody opens them again by id, only by path. */
  private readonly closed = new Set<NotebookId>();
  private isTidy = false;
  private readonly opened = new Emitter<NotebookSession>();
  readonly movedOnes = new Emitter<MovedNotebook>();

  constructor(options: OpenNotebooksOptions) {
    this.options = options;
  }

  get(id: NotebookId): NotebookSession | undefined {
    return this.sessions.get(id);
  }

  at(path: string): NotebookSession | undefined {
    const real = realTarget(path);
    return this.list().find(({ id }) => this.realPaths.get(id) === real);
  }

  list(): readonly NotebookSession[] {
    return [...this.sessions.values()];
  }

  onOpened(listener: (session: NotebookSession) => void): Unsubscribe {
    return this.opened.on(listener);
  }

  onMoved(listener: (moved: MovedNotebook) => void): Unsubscribe {
    return this.movedOnes.on(listener);
  }

  /** @throws LoopbookError `notebook-unreadable`, `open-elsewhere`. */
  async open(path: string): Promise<NotebookSession> {
    const real = realTarget(path);
    const known = this.at(path) ?? this.opening.get(real);
    if (known !== undefined) return known;
    const opening = this.load(path, real).finally(() => this.opening.delete(real));
    this.opening.set(real, opening);
    return opening;
  }

  /** The notebook of a room that was open in an earlier process. Null: no such room, or its file is gone. */
  async reopen(id: NotebookId): Promise<NotebookSession | null> {
    if (this.closed.has(id)) return null;
    const path = (await this.options.rooms?.pathOf(id)) ?? null;
    if (path === null) return null;
    const session = await this.open(path).catch(async (error: unknown) => {
      // Opening decided a move that its process had not ended.
      const now = await this.options.rooms?.pathOf(id);
      if (now === undefined || now === null || now === path) throw error;
      return this.open(now);
    });
    return session.id === id ? session : null;
  }

  /** @throws LoopbookError as `Host.moveNotebook`. */
  async move(id: NotebookId, path: string, kind: MoveKind): Promise<void> {
    const to = checkNotebookName(path);
    const before = this.moves.get(id) ?? Promise.resolve();
    const move = before.catch(() => {}).then(() => this.moveNow(id, to, kind));
    this.moves.set(id, move);
    await move.finally(() => {
      if (this.moves.get(id) === move) this.moves.delete(id);
    });
  }

  private async moveNow(id: NotebookId, to: string, kind: MoveKind): Promise<void> {
    const session = this.sessions.get(id);
    if (session === undefined)
      throw new LoopbookError("no-such-notebook", "That notebook is not open any more. Open it again.");
    const from = session.path;
    if (from === to) return;
    const room = this.roomOf.get(id) ?? null;
    const { store, rooms } = this.options;
    // There is nothing left to move where somebody took the file away.
    const isGone = kind === "move" && session.saveState().type === "missing";
    const does = isGone ? "save-as" : kind;
    this.realPaths.set(id, await moveOpenNotebook({ session, room, store, rooms, to, kind: does }));
    if (from !== null) this.movedOnes.emit({ id, from, to, keepsOld: kind === "save-as" });
  }

  /** @throws LoopbookError as `Host.followNotebook`. */
  async followFound(id: NotebookId): Promise<void> {
    const save = this.sessions.get(id)?.saveState();
    if (save?.type !== "missing" || save.movedTo === null)
      throw new LoopbookError(
        "not-missing",
        "The notebook's file is where it was; there is nothing to follow.",
      );
    await this.move(id, save.movedTo, "follow");
  }

  /** @throws LoopbookError as `Host.moveFile`. */
  async moveFile(from: string, path: string): Promise<void> {
    const to = checkNotebookName(path);
    await this.opening.get(realTarget(from))?.catch(() => {});
    const open = this.at(from);
    if (open !== undefined) return this.move(open.id, to, "move");
    await moveClosedNotebook(this.options.rooms, from, to);
    this.movedOnes.emit({ id: null, from, to, keepsOld: false });
  }

  /** What the notebook holds now, as a file of its own. @throws LoopbookError as `Host.copyFile`. */
  async copyFile(from: string, path: string): Promise<void> {
    const to = checkNotebookName(path);
    const open = this.at(from);
    if (open !== undefined) return this.copy(open.id, to);
    await this.saveWhatWasLeft(from);
    await copyClosedNotebook(from, to);
  }

  /** @throws LoopbookError as `Host.trashFile`. */
  async trash(path: string): Promise<void> {
    checkNotebookName(path);
    await this.opening.get(realTarget(path))?.catch(() => {});
    const open = this.at(path);
    if (open !== undefined && this.options.isBusy(open.id))
      throw new LoopbookError(
        "run-goes-on",
        `A run of ${path} goes on. Stop it, or wait for its end, and delete it then.`,
      );
    if (open !== undefined) await this.close(open.id);
    const lease = this.options.rooms?.lease(realTarget(path)) ?? null;
    try {
      await putInTrash(path);
    } finally {
      lease?.release();
    }
  }

  async copy(id: NotebookId, path: string): Promise<void> {
    const to = checkNotebookName(path);
    const session = this.sessions.get(id);
    if (session === undefined)
      throw new LoopbookError("no-such-notebook", "That notebook is not open any more. Open it again.");
    const { store } = this.options;
    if (!store.saveNew) throw new LoopbookError("no-file", "Notebooks of this store cannot be copied.");
    const notebook = (await session.outputs?.wholeNotebook()) ?? session.live.toNotebook();
    await store.saveNew(to, session.path ?? to, notebook);
  }

  /** What a file holds, without opening it. @throws LoopbookError `notebook-unreadable`. */
  async read(path: string): Promise<ParsedNotebook> {
    await this.saveWhatWasLeft(path);
    const parsed = await this.options.store.load(path);
    this.options.store.forget?.(path);
    return parsed;
  }

  /**
   * A new notebook in memory; a file that is at its path is replaced by the first save.
   * @throws LoopbookError `output-busy` when a run writes there now, `open-elsewhere`.
   */
  async create(path: string | null, live: LiveNotebook, style: ParsedNotebook): Promise<NotebookSession> {
    if (path !== null) {
      const before = this.at(path);
      if (before !== undefined && this.options.isBusy(before.id)) {
        live.destroy();
        throw new LoopbookError(
          "output-busy",
          `A run writes ${path} now. Wait for its end, or write to another file.`,
        );
      }
      if (before !== undefined) await this.close(before.id);
    }
    const real = path === null ? null : realTarget(path);
    const lease = real === null ? null : this.lease(real);
    if (path !== null) this.options.store.adopt?.(path, style);
    const opened = { id: NotebookId.create(), live, log: null, isUnsaved: false };
    return this.add(path, real, opened, lease);
  }

  async close(id: NotebookId): Promise<void> {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.sessions.delete(id);
    this.closed.add(id);
    const [oldest] = this.closed;
    if (this.closed.size > MAX_OPEN && oldest !== undefined) this.closed.delete(oldest);
    const real = this.realPaths.get(id) ?? id;
    const end = this.end(session).finally(() => this.closing.delete(real));
    this.closing.set(real, end);
    await end;
  }

  private async end(session: MovableSession): Promise<void> {
    await this.moves.get(session.id)?.catch(() => {});
    await session.close();
    this.roomOf.delete(session.id);
    this.realPaths.delete(session.id);
    session.live.destroy();
    if (session.path !== null) this.options.store.forget?.(session.path);
  }

  async closeAll(): Promise<void> {
    await Promise.allSettled(this.opening.values());
    await Promise.all(this.list().map(({ id }) => this.close(id)));
  }

  private async load(path: string, real: string): Promise<NotebookSession> {
    this.tidy();
    // Its last save is read, not what was there before.
    await this.closing.get(real)?.catch(() => {});
    const lease = this.lease(real);
    let history: NotebookHistory | null = null;
    try {
      const { store, rooms, clock, logger } = this.options;
      let outputs: OutputStore | null = null;
      const outputsOf = (id: NotebookId): OutputStore | undefined => {
        outputs ??= this.options.outputs?.of(id) ?? null;
        return outputs ?? undefined;
      };
      const { outputLimit } = this.options;
      const opened = await openRoom({
        ...{ path, realPath: real, store, rooms, nowMs: clock.now(), logger, outputsOf },
        ...(outputLimit && { outputLimit }),
        onLive: (id, live) => {
          history = this.historyOf(id, live, path, outputsOf(id));
          history.keep();
          return () => history?.checkpoint("before-merge", "file");
        },
      });
      return this.add(path, real, opened, lease, outputsOf(opened.id), history);
    } catch (error) {
      await (history as NotebookHistory | null)?.close();
      lease?.release();
      throw error;
    }
  }

  /** A process that died may have left edits that the file does not have yet: people saw them, so they count. */
  private async saveWhatWasLeft(path: string): Promise<void> {
    const { rooms } = this.options;
    const id = await rooms?.idAt(realTarget(path));
    const stored = id ? await rooms?.open(id) : null;
    if (!stored || (stored.facts.moving === undefined && stored.facts.path !== realTarget(path))) return;
    if (stored.lastSeq <= stored.facts.base.seq) return;
    try {
      await this.close((await this.open(path)).id);
    } catch (error) {
      // Its owner lives, and saves in a moment.
      if (!(error instanceof LoopbookError && error.code === "open-elsewhere")) throw error;
    }
  }

  /** Once in a process, when it first opens a notebook, and without being waited for. */
  private tidy(): void {
    if (this.isTidy) return;
    this.isTidy = true;
    const { rooms, outputs } = this.options;
    const tidying = [rooms?.forgetUnused(), outputs?.forgetUnused()];
    Promise.all(tidying).catch((error: unknown) => {
      this.options.logger.warn("unused rooms could not be removed", { error: messageOf(error) });
    });
  }

  private lease(real: string): FileLease | null {
    if (this.sessions.size >= MAX_OPEN) {
      throw new LoopbookError("too-many-notebooks", `${MAX_OPEN} notebooks are open. Close some.`);
    }
    return this.options.rooms?.lease(real) ?? null;
  }

  private historyOf(
    id: NotebookId,
    live: LiveNotebook,
    path: string | null,
    outputs: OutputStore | undefined,
  ): NotebookHistory {
    const { history: store, clock, logger, outputLimit = DEFAULT_FILE_LIMIT } = this.options;
    const wholes = outputs ? new WholeOutputs(outputs, outputLimit) : null;
    // It may have been moved since.
    const pathNow = (): string | null => this.sessions.get(id)?.path ?? path;
    return new NotebookHistory({ id, live, store, path: pathNow, wholes, clock, logger });
  }

  private add(
    path: string | null,
    real: string | null,
    { id, live, log, isUnsaved }: OpenedRoom,
    lease: FileLease | null,
    outputs = this.options.outputs?.of(id),
    begun: NotebookHistory | null = null,
  ): NotebookSession {
    const { store, kernels, clock, rooms, logger, outputLimit, outlive } = this.options;
    const history = begun ?? this.historyOf(id, live, path, outputs);
    const room =
      rooms && real !== null && path !== null && lease
        ? new NotebookRoom({
            ...{ id, live, rooms, lease, log, clock, logger, path: real, history },
            ...commentsOf(this.options, { id, live, history, session: () => this.get(id) }),
            contentHash: () => store.contentHash?.(this.sessions.get(id)?.path ?? path) ?? null,
          })
        : null;
    const session = createNotebookSession({
      ...{ id, path, live, store, kernels, clock, isUnsaved },
      ...(room && { room }),
      ...(outputs && { outputs: { store: outputs, ...(outputLimit && { limit: outputLimit }) } }),
      missing: {
        mustWrite: () => this.options.isBusy(id),
        follow: (to) => this.follow(id, to),
      },
      ...(outlive && { outlive: (at: string) => outlive(id, at) }),
    });
    noteDeaths(session);
    if (room) this.roomOf.set(id, room);
    this.sessions.set(session.id, session);
    this.closed.delete(id);
    if (real !== null) this.realPaths.set(id, real);
    this.opened.emit(session);
    return session;
  }

  /** Somebody gave the file another name. */
  private async follow(id: NotebookId, to: string): Promise<boolean> {
    try {
      await this.move(id, to, "follow");
      return true;
    } catch (error) {
      this.options.logger.warn("a notebook's file was moved, and it could not follow", {
        to,
        error: messageOf(error),
      });
      return false;
    }
  }
}
