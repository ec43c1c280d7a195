/** Who wrote what in an open notebook, and how it was before. `worker/` implements it. */
import type { CellBlame } from "../document/history/blame.ts";
import type { HistoryEntry } from "../document/history/entry.ts";
import type { Version, VersionReason } from "../document/history/version.ts";
import type { KeyedNotebook } from "../nbformat/merge/cell-keys.ts";
import type { Party } from "../people/party.ts";

export interface EntryFilter {
  readonly cellId?: string;
  /** Only entries before this one. */
  readonly before?: number;
  /** At most so many; default all. */
  readonly limit?: number;
}

export interface RestoreRequest {
  /** A version (`nb.ipynb@…`), or an entry by which a cell was deleted. */
  readonly from: { readonly version: string } | { readonly entry: number };
  /** Only these cells; null: all. Not for an entry. */
  readonly cells: readonly string[] | null;
  /** Results come along. */
  readonly outputs: boolean;
  /** False: it is noted, and whoever asked makes the edits. */
  readonly apply: boolean;
}

export interface RestoreResult {
  /** The state that was left; it can be restored in turn. Null: it could not be kept. */
  readonly before: Version | null;
  /** What is restored. */
  readonly earlier: KeyedNotebook;
  /** Edits that were made. */
  readonly edits: number;
}

export interface SessionHistory {
  /** Newest first. */
  entries(filter?: EntryFilter): Promise<readonly HistoryEntry[]>;
  blame(): Promise<ReadonlyMap<string, CellBlame>>;
  /** Newest first. */
  versions(): Promise<readonly Version[]>;
  /**
   * A whole notebook: a version by name or number, `now`, `file` as it is on disk, or `git` as its last commit has it.
   * Its cells carry their ids.
   * @throws LoopbookError `no-such-version`, `version-lost`, `notebook-unreadable`.
   */
  notebook(
    wanted: string,
    options?: { readonly outputs?: boolean },
  ): Promise<{ readonly version: Version | null; readonly keyed: KeyedNotebook }>;
  /** Keeps the notebook as it is now under a name. @throws LoopbookError `bad-version-name`, `too-many-versions`, `history-unwritable`. */
  name(name: string, by: Party): Promise<Version>;
  /** Null takes the name away; the version is then thinned like others. @throws LoopbookError as `name` does, `no-such-version`. */
  rename(id: number, name: string | null): Promise<Version>;
  /** Keeps the notebook as it is at this moment, if it changed since the last time; nobody has to wait. */
  checkpoint(reason: VersionReason, by: Party | "file", note?: string): void;
  /** @throws LoopbookError as `notebook` does, `no-such-entry`, `no-such-cell`. */
  restore(request: RestoreRequest, by: Party): Promise<RestoreResult>;
}
