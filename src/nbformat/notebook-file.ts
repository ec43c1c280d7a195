/**
 * The contract between a notebook in memory and its bytes on disk. `parse.ts` and `serialise.ts` implement it.
 */
import type { Notebook } from "./notebook.ts";

/** How the file was written; opaque to everyone but the serialiser. */
export interface FileOrigin {
  readonly __opaque: "FileOrigin";
}

/** A notebook and how its file wrote it. */
export interface ParsedNotebook {
  readonly notebook: Notebook;
  readonly origin: FileOrigin;
  /** One line each, for the user: "nbformat 3 was upgraded to 4", … */
  readonly notices: readonly string[];
}
