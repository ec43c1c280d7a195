/** What a store can tell of a file that other programs write too (port, beside `DocumentStore`). */
import type { Notebook } from "../nbformat/notebook.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { DocumentStore } from "./document-store.ts";

export type OutsideVersion =
  /** What we read or wrote last is what is there, or nothing is. */
  | { readonly type: "none" }
  /** The file is gone from its folder: deleted, moved, or about to be replaced. */
  | {
      readonly type: "missing";
      /** With its folder, which may come back with it: a disk that was taken out. */
      readonly withFolder?: true;
    }
  | { readonly type: "changed"; readonly parsed: ParsedNotebook }
  /** No readable notebook (any more, or yet): somebody is writing it, or it is damaged. */
  | { readonly type: "broken"; readonly reason: string };

export interface MovedFile {
  readonly path: string;
  readonly isCertain: boolean;
}

export interface OutsideVersions {
  /** What the file held when it was read; asked once. Null: it was not read, or somebody asked before. */
  takeLoaded(path: string): Notebook | null;
  /**
   * What another program left at the path since we read or wrote there last. A changed version is from then on what
   * we read last: it must be merged before the next save. Our own writes are known by their content.
   */
  takeOutside(path: string): Promise<OutsideVersion>;
  /** Calls back when the file may have changed, now and then also when it has not. */
  watch(path: string, onChange: () => void): Unsubscribe;
  /**
   * Where a file that is gone went, looked for near its place: `isCertain` when it is the same file with the same
   * content under another name, else another file with that content. Null: nowhere to be seen.
   */
  findMoved?(path: string): Promise<MovedFile | null>;
  /** Names of other versions of the file beside it, as tools that synchronise folders leave them. */
  conflictCopies(path: string): Promise<readonly string[]>;
  /** One of them. @throws LoopbookError `notebook-unreadable`. */
  readCopy(path: string, name: string): Promise<ParsedNotebook>;
}

export function tellsOutsideVersions(store: DocumentStore): store is DocumentStore & OutsideVersions {
  return "takeOutside" in store && "watch" in store;
}
