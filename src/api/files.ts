/**
 * The contract of files and folders beside notebooks: what is there, searching, uploads, the trash, archives.
 */
import { z } from "zod";

/** A path below the server's folder, with `/`; "": the folder itself. */
const path = z.string().max(4_096);
const flag = z.enum(["true", "false"]).transform((value) => value === "true");

/** Query of `GET /api/files`. `hidden=true`: names that begin with a dot, too. */
export const listQuery = z.object({ path: path.default(""), hidden: flag.default(false) });

/** `POST /api/files/folder` → 201 `{ path }`. 409 `notebook-exists`. */
export const makeFolderBody = z.object({ path: path.min(1) });

/** `GET /api/files/names?path=&hidden=` → `FileNames`: everything below a folder, for finding by name. What `.gitignore` names is left out, as is what is hidden, unless it is asked for. */
export const namesQuery = listQuery;
export interface FileNames {
  /** Relative to the server's folder; folders end in `/`. */
  readonly paths: readonly string[];
  /** There are more than the 20,000 that are given. */
  readonly truncated: boolean;
}

/** `GET /api/files/search?query=&path=&hidden=&matchCase=` → `SearchLine`s, one a line (NDJSON), as they are found: text of files, and of notebooks by cell. It ends by itself after 10 s, 500 hits or 20,000 files. */
export const searchQuery = listQuery.extend({
  query: z.string().min(1).max(400),
  matchCase: flag.default(false),
});

export type SearchLine =
  | {
      readonly type: "hit";
      readonly path: string;
      /** From 1, in the file or in the cell's source or output. */
      readonly line: number;
      /** The line, cut around what was found. */
      readonly text: string;
      /** Where in `text` it stands. */
      readonly at: number;
      readonly length: number;
      /** Of a notebook. */
      readonly cell?: { readonly id: string; readonly number: number; readonly in: "source" | "output" };
    }
  | {
      readonly type: "end";
      readonly why: "all" | "hits" | "time" | "files";
      readonly files: number;
    };

/** `GET /api/files/content?path=` — a file's bytes, of a type that runs nothing in a page: text as plain text, images as what they are, anything else to be saved. `download=true`: to be saved, whatever it is. `Range` is understood. The `ETag` is the mark that `PUT /api/files/content` wants. */
export const contentQuery = z.object({ path: path.min(1), download: flag.default(false) });

/** `PUT /api/files/content` → `{ mark }`. Saves a text file that nobody changed since it was read; 409 `file-changed` else. */
export const saveTextBody = z.object({
  path: path.min(1),
  text: z.string().max(3_000_000),
  /** The `ETag` that it was read with, without quotes. */
  mark: z.string(),
});

/** `POST /api/files/clashes` → `{ taken }`: which of these names a folder has already. */
export const clashesBody = z.object({ path, names: z.array(path.min(1)).max(20_000) });

/** `POST /api/files/upload?path=&onClash=` → 201 `{ path }`, or 200 `{ path: null }` where it was skipped. The body is the file (`application/octet-stream`). Missing folders above it are made. It appears whole or not at all. 413 `too-big`, 409 `notebook-exists`. */
export const uploadQuery = z.object({
  path: path.min(1),
  onClash: z.enum(["refuse", "keep-both", "replace", "skip"]).default("refuse"),
});

/** `GET /api/files/trash?path=` → `TrashedFile[]`: what was in a folder and lies in the trash, newest first. */
export interface TrashedFile {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly deletedAtMs: number;
  readonly isFolder: boolean;
}

/** `POST /api/files/restore` → `{ path }`: back from the trash, beside its place where that is taken. */
export const restoreBody = z.object({ id: z.string().min(1) });

/** `POST /api/archives` → 201 `ArchiveView`: prepares an archive of files and folders; `GET /api/archives/{id}/download` then makes it while it is sent. It is forgotten after ten minutes. */
export const archiveBody = z.object({
  paths: z.array(path).min(1).max(20_000),
  format: z.enum(["zip", "tar.gz"]).default("zip"),
  hidden: z.boolean().default(false),
  emptyFolders: z.boolean().default(true),
});
export type ArchiveBody = z.input<typeof archiveBody>;

/** `GET /api/archives/{id}` — how far it is. */
export interface ArchiveView {
  readonly id: string;
  /** `results.zip` */
  readonly name: string;
  /** Of all that will be in it; null: there is more than is counted. */
  readonly total: { readonly files: number; readonly bytes: number } | null;
  readonly files: number;
  readonly bytes: number;
  readonly leftOut: number;
  readonly state: "prepared" | "under-way" | "done" | "failed";
}

/** `GET /api/archives/{id}/download` — the archive, as a stream. */

/** `POST /api/unpack/plan` → `UnpackPlan`: what unpacking a zip file of the folder would write, and which names are taken. Nothing is written. 422 `bad-archive`, `archive-too-big`. */
export const unpackPlanBody = z.object({
  /** The zip file. */
  path: path.min(1),
  /** The folder that it is unpacked into; it must be there. */
  into: path,
  hidden: z.boolean().default(false),
});

/** `POST /api/unpack` → `UnpackResult`. All of it or nothing. Without `onClash`, 409 `name-clash` where a name is taken. `removeZip` puts the zip file into the trash afterwards. */
export const unpackBody = unpackPlanBody.extend({
  onClash: z.enum(["keep-both", "replace", "skip"]).nullable().default(null),
  removeZip: z.boolean().default(false),
});

export interface UnpackPlan {
  readonly files: number;
  readonly bytes: number;
  /** Hidden entries that are left out. */
  readonly leftOut: number;
  readonly clashes: readonly { readonly name: string; readonly taken: "file" | "folder" | "link" }[];
}

export interface UnpackResult {
  readonly written: readonly string[];
  readonly skipped: readonly string[];
}
