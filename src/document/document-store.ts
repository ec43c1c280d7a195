import type { Notebook } from "../nbformat/notebook.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";

/** What a save did. Failures are values: the document stays, the user is told, saving resumes by itself. */
export type SaveResult =
  | { readonly type: "saved"; readonly contentHash: string }
  /** Nothing differed from what is on disk; no byte was written. */
  | { readonly type: "unchanged" }
  | {
      readonly type: "failed";
      readonly reason: string;
      readonly code: "read-only" | "disk-full" | "no-folder" | "io-error" | "changed-outside" | "missing";
    };

export interface SaveHooks {
  /** When all is on disk, just before the new file takes the old one's place. What it throws stops that. */
  beforeReplace(contentHash: string): Promise<void>;
  /** A file that was there and is gone is not made anew: then the save fails as `missing`. Default false. */
  readonly mustExist?: boolean;
}

/**
 * Where a notebook's file lives (port). The adapter writes atomically (temporary file, fsync, rename) and in the
 * file's own style.
 */
export interface DocumentStore {
  /** @throws LoopbookError `notebook-unreadable` with one clear line naming file and reason. */
  load(path: string): Promise<ParsedNotebook>;
  /** `notebook` shares the structure of unchanged cells with the one saved before; the adapter may rely on it for speed. */
  save(path: string, notebook: Notebook, hooks?: SaveHooks): Promise<SaveResult>;
}
