/**
 * What is kept of a live notebook beside its file (port): each Yjs update and each write of results, in an
 * append-only log, durable before anybody is told that it is. After a crash the log is the truth, the file only what
 * was saved last.
 *
 * A room has an id of its own; the path of its file is a property. The same room, the same history: whoever
 * reconnects to a room after any time merges without doubling.
 */
import type { NotebookId } from "../util/ids.ts";

/** A content of the file that is ours, and how far in the log it goes. */
export interface SavedMark {
  /** SHA-256 of the file's bytes, as lower-case hex. */
  readonly contentHash: string;
  /** Number of the last update that it holds. */
  readonly seq: number;
}

export interface RoomFacts {
  /** Absolute, links resolved. */
  readonly path: string;
  /** The file as it was last known to be ours: read at the beginning, or written by us. */
  readonly base: SavedMark;
  /**
   * Contents that we were about to put in the file's place. A file that equals one of them was written by us,
   * though the process ended before it could say so.
   */
  readonly intents: readonly SavedMark[];
  /** The file was about to get another path, and the process ended before it could say whether it has it. */
  readonly moving?: PlannedMove;
}

/** Logged before the file moves. */
export interface PlannedMove {
  /** As `RoomFacts.path`. */
  readonly to: string;
  /** Of what will be there, as `SavedMark` has it; null: not known. */
  readonly contentHash: string | null;
  /** The file at the old path stays: the notebook is saved under another name. */
  readonly keepsOld: boolean;
}

/** All that a live notebook holds at one moment. */
export interface RoomState {
  /** The document as one Yjs update. */
  readonly document: Uint8Array;
  /** As `encodeResults` gives them. */
  readonly results: Uint8Array;
}

export interface RoomLog {
  readonly id: NotebookId;
  /** Number of the newest update or write. Numbers never come twice in a room's life. */
  readonly lastSeq: number;
  facts(): RoomFacts;
  /** Whether updates came after the last save. */
  isDirty(): boolean;
  /** Takes an update; it is on disk when a `durable()` that is called afterwards settles, or soon by itself. */
  append(update: Uint8Array): void;
  /** The same for a write of results, as `encodeOutputEdits` gives it. Applied twice it would double outputs. */
  appendResults(edits: Uint8Array): void;
  /**
   * Settles when all that was appended so far is on disk; a disk that is full or gone is tried again until it is
   * (or the log is closed). All who wait share one sync.
   */
  durable(): Promise<void>;
  /** Logs, durably, that the file is about to be replaced by this content. */
  intend(mark: SavedMark): Promise<void>;
  /** The file has this content now. `copy`: where it is, to be kept as the base of later merges. */
  saved(mark: SavedMark, copy: string): Promise<void>;
  /** Logs, durably, that the file is about to get another path; null: it did not. */
  moving(plan: PlannedMove | null): Promise<void>;
  /** The file has another path now; the room stays the same. */
  moved(path: string): Promise<void>;
  /** The bytes of the file at `facts().base`; null when they were not kept or were damaged. */
  baseBytes(): Promise<Uint8Array | null>;
  /** Writes what waits. */
  close(): Promise<void>;
}

export interface NewRoom {
  readonly id: NotebookId;
  readonly path: string;
  /** Hash of the file as we know it; null: there is none yet. */
  readonly contentHash: string | null;
  /** Whether the file holds all that the document holds. */
  readonly isSaved: boolean;
  /** The whole state, now and whenever it is asked for. */
  readonly state: () => RoomState;
}

export interface StoredRoom {
  readonly facts: RoomFacts;
  /** Number of the newest update. */
  readonly lastSeq: number;
  /** Updates that make the document when they are applied to an empty one, in this order. */
  readonly updates: readonly Uint8Array[];
  /** The results once, as `encodeResults` gave them, and what was written since, in order. */
  readonly results: { readonly state: Uint8Array; readonly writes: readonly Uint8Array[] };
  /** Goes on with the log. `state` as in `NewRoom`: of a notebook that holds all of it. */
  resume(state: () => RoomState): RoomLog;
}

/** The right to write one notebook's file; there is one at a time. */
export interface FileLease {
  /** Grows with each owner: an owner that was taken for dead can tell that it was replaced. */
  readonly epoch: number;
  /** False: another process has taken over. */
  isHeld(): boolean;
  release(): void;
}

export interface RoomStore {
  /** @throws LoopbookError `open-elsewhere` naming the process that has it. */
  lease(path: string): FileLease;
  /** The room of a file. */
  idAt(path: string): Promise<NotebookId | null>;
  /** The file of a room. */
  pathOf(id: NotebookId): Promise<string | null>;
  /** Null: there is none, or it cannot be read. */
  open(id: NotebookId): Promise<StoredRoom | null>;
  /** Forgets rooms that are saved and that nobody has used for a month; what they know is in their files. */
  forgetUnused(): Promise<void>;
  /** `RoomLog.moving` and `moved` for a room that nobody has open; its file's lease is the caller's. */
  planMove(id: NotebookId, plan: PlannedMove): Promise<void>;
  /** The file is at this path; decides a plan, too, that a dead process left. */
  settleMove(id: NotebookId, path: string): Promise<void>;
  /** A new room; the path's room before, if any, is left without a path. Settles when its state is on disk. */
  begin(room: NewRoom): Promise<RoomLog>;
}
