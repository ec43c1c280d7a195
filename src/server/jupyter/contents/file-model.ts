/** Models of files and folders as Jupyter's contents API has them, without content. */
import { constants, type Stats } from "node:fs";
import { access } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { JsonValue } from "../../../util/json.ts";

export type ContentsType = "notebook" | "file" | "directory";

export interface ContentsModel {
  readonly name: string;
  /** Relative to the server's folder, with `/`. */
  readonly path: string;
  readonly type: ContentsType;
  readonly created: string;
  readonly last_modified: string;
  readonly size: number | null;
  readonly writable: boolean;
  readonly mimetype: string | null;
  readonly format: "json" | "text" | "base64" | null;
  readonly content: JsonValue | readonly ContentsModel[];
  readonly hash?: string;
  readonly hash_algorithm?: "sha256";
}

/** Of what is asked for most; anything else is text or bytes. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  ".bash": "text/x-sh",
  ".css": "text/css",
  ".csv": "text/csv",
  ".gif": "image/gif",
  ".html": "text/html",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript",
  ".json": "application/json",
  ".jl": "text/x-julia",
  ".md": "text/markdown",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".py": "text/x-python",
  ".r": "text/x-rsrc",
  ".sh": "text/x-sh",
  ".svg": "image/svg+xml",
  ".toml": "application/toml",
  ".ts": "text/x-typescript",
  ".tsv": "text/tab-separated-values",
  ".txt": "text/plain",
  ".xml": "text/xml",
  ".yaml": "text/x-yaml",
  ".yml": "text/x-yaml",
};

export function mimeTypeOf(path: string, format: "text" | "base64"): string {
  const known = MIME_TYPES[extname(path).toLowerCase()];
  return known ?? (format === "text" ? "text/plain" : "application/octet-stream");
}

/** @param facts null: a notebook that is open, and whose file is gone. */
export async function fileModel(
  absolute: string,
  path: string,
  facts: Stats | null,
  rights: { readonly edit: boolean },
): Promise<ContentsModel> {
  const isFolder = facts?.isDirectory() ?? false;
  const modified = facts?.mtime ?? new Date();
  return {
    name: basename(path),
    path,
    type: isFolder ? "directory" : path.endsWith(".ipynb") ? "notebook" : "file",
    created: earliest(facts, modified).toISOString(),
    last_modified: modified.toISOString(),
    size: facts === null || isFolder ? null : facts.size,
    writable: rights.edit && (await isWritable(absolute)),
    mimetype: null,
    format: null,
    content: null,
  };
}

/** Some file systems do not know when a file was made, and say 1970. */
function earliest(facts: Stats | null, modified: Date): Date {
  const made = facts?.birthtime;
  return made && made.getTime() > 0 ? made : modified;
}

async function isWritable(absolute: string): Promise<boolean> {
  return access(absolute, constants.W_OK).then(
    () => true,
    () => false,
  );
}
