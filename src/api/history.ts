/** The contract of a notebook's history: who wrote what, versions, what was before. */
import { z } from "zod";
import type { HistoryAuthor } from "../document/history/author.ts";
import type { CellBlame } from "../document/history/blame.ts";
import type { HistoryEntry } from "../document/history/entry.ts";
import type { Version, VersionReason } from "../document/history/version.ts";
import type { Notebook } from "../nbformat/notebook.ts";

export type { CellBlame, HistoryAuthor, HistoryEntry };

/** A version, as it is listed. `id` and `name` are what `?version=` and `nb.ipynb@…` take. */
export interface VersionView {
  readonly id: number;
  readonly atMs: number;
  readonly author: HistoryAuthor;
  readonly reason: VersionReason;
  /** More of the reason: the run's name, the version that was restored. */
  readonly note: string | null;
  readonly name: string | null;
  /** How many cells it has. */
  readonly cells: number;
}

export function versionView({ manifest: _, ...view }: Version): VersionView {
  return view;
}

/**
 * `GET /api/notebooks/{id}/history?cell=&before=&limit=` → `HistoryView`. Who changed what, newest first: what one
 * author did to one cell without a pause of 30 seconds is one entry. `before`: only entries of lower numbers.
 */
export interface HistoryView {
  readonly entries: readonly HistoryEntry[];
  /** There are older ones. */
  readonly more: boolean;
}

export const historyQuery = z.object({
  cell: z.string().optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().positive().max(1_000).default(200),
});

/** `GET /api/notebooks/{id}/history/blame` → `BlameView`. Of each cell, who changed it last, and who before. */
export interface BlameView {
  readonly cells: readonly CellBlame[];
}

/** `GET /api/notebooks/{id}/history/versions` → `VersionsView`, newest first. */
export interface VersionsView {
  readonly versions: readonly VersionView[];
}

/** `POST /api/notebooks/{id}/history/versions` → 201 `VersionView`. Keeps the notebook as it is now under a name. */
export const nameVersionBody = z.object({ name: z.string() });
export type NameVersionBody = z.infer<typeof nameVersionBody>;

/** `PUT /api/notebooks/{id}/history/versions/{version}` → `VersionView`. Null takes the name away; the version is then thinned with age. */
export const renameVersionBody = z.object({ name: z.string().nullable() });
export type RenameVersionBody = z.infer<typeof renameVersionBody>;

/**
 * `GET /api/notebooks/{id}/history/notebook?version=&outputs=` → `VersionNotebook`. A whole notebook: a version by
 * number or name, `now`, `file` as it is on disk, or `git` as its last commit has it; its cells all have ids. `outputs=0` leaves the results out.
 */
export interface VersionNotebook {
  /** Null: `now`, `file` or `git`. */
  readonly version: VersionView | null;
  readonly notebook: Notebook;
}

/**
 * `GET /api/notebooks/{id}/history/git` → `GitView`. Git's last commit, if it has this notebook: `version=git` of
 * the route above reads it. Nothing that the repository configures is run.
 */
export type GitView =
  | {
      readonly type: "head";
      readonly commit: string;
      readonly atMs: number;
      readonly author: string;
      readonly subject: string;
    }
  /** Why there is none, in a sentence. */
  | { readonly type: "none"; readonly message: string };

export const versionQuery = z.object({
  version: z.string().min(1),
  outputs: z.enum(["0", "1"]).default("1"),
});

/**
 * `POST /api/notebooks/{id}/history/restore` → `RestoredView`. Brings back a version, some cells of it, or the cell
 * that an entry deleted: as ordinary edits, by whoever asks, after the state before was kept as a version.
 */
export const restoreBody = z.object({
  version: z.string().min(1).optional(),
  /** The number of the entry that deleted a cell. */
  entry: z.number().int().positive().optional(),
  /** Only these; absent: the whole notebook. */
  cells: z.array(z.string()).optional(),
  /** Results come along. Default: cells keep those that they have. */
  outputs: z.boolean().optional(),
  /** `caller`: it is kept and noted, and whoever asks makes the edits, so that they can undo them. */
  apply: z.enum(["here", "caller"]).optional(),
});
export type RestoreBody = z.infer<typeof restoreBody>;

export interface RestoredView {
  /** What was before; it can be restored in turn. Null: the disk refused it. */
  readonly before: VersionView | null;
  /** How many edits that took. */
  readonly edits: number;
  /** What is brought back; only for `apply: "caller"`. */
  readonly notebook: Notebook | null;
}
