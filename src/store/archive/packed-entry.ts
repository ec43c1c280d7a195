/** What is packed: files and folders below some roots, in order; symbolic links and special files never. */
import type { Dirent } from "node:fs";
import { constants, type FileHandle, lstat, open, readdir, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LoopbookError } from "../../util/errors.ts";

export interface PackedEntry {
  /** In the archive, with `/`; without one at its end. */
  readonly name: string;
  /** Absolute, no link on the way. */
  readonly path: string;
  readonly type: "file" | "folder";
  readonly size: number;
  readonly modifiedAt: Date;
  /** Permission bits. */
  readonly mode: number;
}

export interface PackRoot {
  /** Absolute, links resolved. */
  readonly path: string;
  /** Its name in the archive; "": what is in it lies at the top. */
  readonly name: string;
}

export interface PackOptions {
  /** Names that begin with a dot, too. */
  readonly hidden: boolean;
  /** Folders with nothing in them (that is packed), too. */
  readonly emptyFolders: boolean;
  readonly signal?: AbortSignal;
}

/** An archive of more is better made by a tool of the machine's own. */
export const MAX_PACKED_ENTRIES = 500_000;

/** @throws LoopbookError `archive-too-big`; what cannot be looked at, or is gone meanwhile, is left out. */
export async function* entriesToPack(
  roots: readonly PackRoot[],
  options: PackOptions,
): AsyncGenerator<PackedEntry> {
  let count = 0;
  for (const root of roots) {
    for await (const entry of below(root, options)) {
      count += 1;
      if (count > MAX_PACKED_ENTRIES)
        throw new LoopbookError(
          "archive-too-big",
          `There are more than ${MAX_PACKED_ENTRIES.toLocaleString("en")} files. Choose a folder further down.`,
        );
      yield entry;
    }
  }
}

async function* below(root: PackRoot, options: PackOptions): AsyncGenerator<PackedEntry, boolean> {
  options.signal?.throwIfAborted();
  const facts = await lstat(root.path).catch(() => null);
  if (facts?.isFile()) {
    yield { ...root, type: "file", size: facts.size, modifiedAt: facts.mtime, mode: facts.mode & 0o777 };
    return true;
  }
  if (!facts?.isDirectory()) return false;
  let holds = false;
  for (const entry of await entriesOf(root.path)) {
    if (!options.hidden && entry.name.startsWith(".")) continue;
    const name = root.name === "" ? entry.name : `${root.name}/${entry.name}`;
    if (yield* below({ path: join(root.path, entry.name), name }, options)) holds = true;
  }
  if (holds || root.name === "" || !options.emptyFolders) return holds;
  yield { ...root, type: "folder", size: 0, modifiedAt: facts.mtime, mode: facts.mode & 0o777 };
  return true;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isSymbolicLink())
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/**
 * Opens a file of an archive for reading; null: it is gone, may not be read, or has become something else since it
 * was listed, such as a link that leads elsewhere.
 */
export async function openPacked({ path }: Pick<PackedEntry, "path">): Promise<FileHandle | null> {
  try {
    if ((await realpath(dirname(path))) !== dirname(path)) return null;
    // A pipe of that name must not be waited for.
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return null;
  } catch {
    return null;
  }
}
