/**
 * One line of a notebook's history: somebody changed a cell, from when to when, and what. What somebody does to one
 * cell without a long pause is one entry, however many keys that took.
 */
import type { Cell } from "../../nbformat/notebook.ts";
import type { HistoryAuthor } from "./author.ts";

export type HistoryAct =
  | "inserted"
  | "deleted"
  | "moved"
  /** Its text. */
  | "source"
  /** The text of a cell of parameters. */
  | "parameters"
  /** Code, Markdown, raw. */
  | "type"
  | "metadata"
  /** Attachments, and what else a file has beside the fields that we know. */
  | "fields"
  /** An earlier version, or a part of it, was brought back; the changes that this made are entries of their own. */
  | "restored";

/** One replacement in a text; offsets in UTF-16 units of the text before, the last place first. */
export interface KeptChange {
  readonly at: number;
  readonly removed: string;
  readonly added: string;
}

export interface HistoryEntry {
  /** From 1, in the order in which entries began; never given twice in a notebook's life. */
  readonly seq: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly author: HistoryAuthor;
  /** Null: the notebook's own metadata, or the whole notebook (`restored`). */
  readonly cellId: string | null;
  /** In the order in which they first happened. */
  readonly acts: readonly HistoryAct[];
  /** How many transactions it stands for. */
  readonly count: number;
  /**
   * What became of the cell's text from the first to the last of them; empty: in the end it was as before; null:
   * nothing, or too long, or thinned.
   */
  readonly text: readonly KeptChange[] | null;
  /** Characters, also where the text itself is not kept. */
  readonly added: number;
  readonly removed: number;
  /** Somebody else wrote in the same cell meanwhile; `text` holds that, too. */
  readonly isShared: boolean;
  /** Names of changed metadata and fields, or the version that was restored. */
  readonly keys: readonly string[];
  /** The cell as it was when it was deleted, without outputs. */
  readonly deleted: DeletedCell | null;
}

export interface DeletedCell {
  readonly cell: Cell;
  /** The cell that it followed; null: it was the first. */
  readonly after: string | null;
}

/** A pause of this length ends an entry. */
export const PAUSE_MS = 30_000;
/** An entry that nobody pauses in ends after this. */
export const LONGEST_MS = 10 * 60_000;
/** Texts of one entry; longer ones are counted, and are in the versions. */
export const MAX_TEXT = 8 * 1024;
/** A deleted cell that is bigger comes back from the newest version that has it. */
export const MAX_DELETED = 64 * 1024;
/** Names of changed keys. */
export const MAX_KEYS = 8;
