/**
 * The notebook format, version 4, as we hold it in memory. Source: nbformat's JSON schema 4.0–4.5.
 *
 * In memory every multi-line string is one string (`source`, stream `text`, textual MIME data), as Jupyter's own
 * reader does. How the file wrote them (list or string), its indentation, key order and numbers belong to the
 * file's *origin* (`notebook-file.ts`) and are given back when it is written.
 * Unknown fields are kept at every level.
 */
import type { JsonObject, JsonValue } from "../util/json.ts";

export type { JsonObject, JsonValue };

export interface KernelspecMetadata extends JsonObject {
  name: string;
  display_name: string;
}

export interface Notebook {
  nbformat: 4;
  nbformat_minor: number;
  metadata: JsonObject;
  cells: Cell[];
  [extra: string]: unknown;
}

export type CellType = "code" | "markdown" | "raw";
export type Cell = CodeCell | MarkdownCell | RawCell;

interface CellBase {
  /** Absent in files before 4.5. */
  id?: string;
  metadata: JsonObject;
  source: string;
  [extra: string]: unknown;
}

export interface CodeCell extends CellBase {
  cell_type: "code";
  execution_count: number | null;
  outputs: Output[];
}

export interface MarkdownCell extends CellBase {
  cell_type: "markdown";
  attachments?: Record<string, MimeBundle>;
}

export interface RawCell extends CellBase {
  cell_type: "raw";
  attachments?: Record<string, MimeBundle>;
}

/** MIME type → data: text for textual types, base64 text for binary ones, JSON for `*+json`. */
export type MimeBundle = { [mimeType: string]: JsonValue };

export type Output = StreamOutput | DisplayDataOutput | ExecuteResultOutput | ErrorOutput;

export interface StreamOutput {
  output_type: "stream";
  name: string;
  text: string;
  [extra: string]: unknown;
}

export interface DisplayDataOutput {
  output_type: "display_data";
  data: MimeBundle;
  metadata: JsonObject;
  [extra: string]: unknown;
}

export interface ExecuteResultOutput {
  output_type: "execute_result";
  execution_count: number | null;
  data: MimeBundle;
  metadata: JsonObject;
  [extra: string]: unknown;
}

export interface ErrorOutput {
  output_type: "error";
  ename: string;
  evalue: string;
  traceback: string[];
  [extra: string]: unknown;
}

/** The tags of a cell (`metadata.tags`), or none when the field is absent or malformed. */
export function tagsOf(cell: { readonly metadata: JsonObject }): readonly string[] {
  const tags = cell.metadata.tags;
  return Array.isArray(tags) ? tags.filter((tag): tag is string => typeof tag === "string") : [];
}
