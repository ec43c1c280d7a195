/** Paths as Jupyter clients name them, and where they lead: into the server's folder, and to nothing hidden. */
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { LoopbookError, messageOf } from "../../../util/errors.ts";
import { insideFolder, shownPath } from "../../folder-path.ts";

export interface Place {
  readonly absolute: string;
  /** Relative to the server's folder, with `/`; empty for the folder itself. */
  readonly path: string;
}

/**
 * @param named with or without a slash at its ends; `RTC:` is the drive that clients with live documents put before.
 * @throws LoopbookError `no-such-file`, `outside-folder`.
 */
export async function placeOf(folder: string, named: string): Promise<Place> {
  const path = named.replace(/^(RTC:)?\/+|^RTC:/, "").replace(/\/+$/, "");
  if (isHidden(path)) throw noSuchFile(path);
  const absolute = await insideFolder(folder, path === "" ? "." : path);
  return { absolute, path: shownPath(folder, absolute) };
}

export function isHidden(path: string): boolean {
  return path.split("/").some((part) => part.startsWith(".") && part !== "." && part !== "..");
}

/** Null: nothing is there. @throws LoopbookError `unreadable-file`. */
export async function factsOf({ absolute, path }: Place): Promise<Stats | null> {
  try {
    return await stat(absolute);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new LoopbookError("unreadable-file", `${path} cannot be read: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}

export function noSuchFile(path: string): LoopbookError {
  return new LoopbookError("no-such-file", `There is no ${path || "folder"} here (any more).`);
}

/** What the file system said, as one of ours. */
export function fileError(what: string, cause: unknown): LoopbookError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "EEXIST")
    return new LoopbookError("file-exists", `${what}: something of this name is there already.`);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new LoopbookError("disk-full", `${what}: the disk is full.`);
  return new LoopbookError("unwritable-file", `${what}: ${messageOf(cause)}.`, { cause });
}
