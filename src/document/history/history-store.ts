/**
 * Where a notebook's history is kept (port): a journal of small records, append-only, and content that is found by
 * its hash, so that what does not change between two versions is there once. Both belong to a room's id; moving the
 * notebook and cutting back the room's log leave them alone.
 */
import type { NotebookId } from "../../util/ids.ts";
import type { JsonValue } from "../../util/json.ts";

export interface HistoryLog {
  /** Size of the journal on disk. */
  readonly journalBytes: number;
  /** Size of the content on disk. */
  readonly contentBytes: number;
  /** All whole records, oldest first; what a crash tore off is not among them. */
  records(): Promise<readonly JsonValue[]>;
  /** Takes a record; it is written soon by itself. */
  append(record: JsonValue): void;
  /**
   * Settles when all that was appended so far has left this process; it then survives its death. A disk that
   * refuses is told to the log and does not reject: nobody must wait for a history.
   */
  written(): Promise<void>;
  /** Puts what `change` makes of all records in their place, whole or not at all. What is appended meanwhile follows. */
  rewrite(change: (records: readonly JsonValue[]) => readonly JsonValue[]): Promise<void>;
  /** Keeps texts; the same text is kept once. @returns their keys. @throws the system's error. */
  put(texts: readonly string[]): Promise<readonly string[]>;
  /** Of the keys that are there. */
  get(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Drops all content but this. */
  keepOnly(keys: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

export interface HistoryStore {
  /** Nothing is written before something is appended or put. One writer at a time: the owner of the file's lease. */
  open(id: NotebookId): HistoryLog;
  has(id: NotebookId): Promise<boolean>;
  /** Whether a room must not be forgotten for its history's sake: it was used within half a year, or has named versions. */
  isWorthKeeping(id: NotebookId): Promise<boolean>;
  /** With its room. */
  forget(id: NotebookId): Promise<void>;
}
