/** Where a notebook's comments are kept (port): lines of a room, only added to. */
import type { NotebookId } from "../../util/ids.ts";
import type { JsonValue } from "../../util/json.ts";

export interface CommentLog {
  /** All whole records, oldest first. */
  records(): Promise<readonly JsonValue[]>;
  /** Settles when the record is on disk. @throws the system's error; it may or may not be there then. */
  append(record: JsonValue): Promise<void>;
  close(): Promise<void>;
}

export interface CommentStore {
  /** Nothing is written before something is appended. One writer at a time: the owner of the file's lease. */
  open(id: NotebookId): CommentLog;
  /** A room is not forgotten while it has some. */
  has(id: NotebookId): Promise<boolean>;
  /** With its room. */
  forget(id: NotebookId): Promise<void>;
}
