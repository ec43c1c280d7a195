import type { DocumentStore } from "../document/document-store.ts";
import type { Notebook } from "../nbformat/notebook.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";

/** The store of files knows more than the port: the style of a file that is written for the first time. */
export interface StyledDocumentStore extends DocumentStore {
  adopt?(path: string, style: Pick<ParsedNotebook, "origin">): void;
  forget?(path: string): void;
  /**
   * Gives the file another path; never over another file.
   * @throws LoopbookError `notebook-exists`, `no-such-file`, `no-such-folder`, `notebook-unwritable`.
   */
  move?(from: string, to: string): Promise<void>;
  /** What is known of the file at `from` holds for the one at `to`: somebody moved it. */
  noteMoved?(from: string, to: string): void;
  /**
   * A new file in the style of the one at `like`; never over another file.
   * @param beforePlacing called when all is on disk, just before it has its name.
   * @returns the SHA-256 of its bytes. @throws LoopbookError as `move`.
   */
  saveNew?(
    to: string,
    like: string,
    notebook: Notebook,
    beforePlacing?: (contentHash: string) => Promise<void>,
  ): Promise<string>;
  /** The file at `to`, made by `saveNew`, is from now on that of the notebook at `from`. */
  takeNew?(from: string, to: string, contentHash: string): Promise<void>;
  /** Of what was read or written there last; null: nothing yet. */
  contentHash?(path: string): string | null;
}
