import type { DocumentStore } from "../document/document-store.ts";
import type { ParsedNotebook } from "../nbformat/notebook-file.ts";

/** The store of files knows more than the port: the style of a file that is written for the first time. */
export interface StyledDocumentStore extends DocumentStore {
  adopt?(path: string, style: Pick<ParsedNotebook, "origin">): void;
  forget?(path: string): void;
  /** Of what was read or written there last; null: nothing yet. */
  contentHash?(path: string): string | null;
}
