/** Other versions of a notebook beside it, by the names that they are given. */
import { readdir } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";

/** More are not listed. */
const MAX_COPIES = 100;

/** Syncthing's, Dropbox's, Nextcloud's and our own, after the notebook's own name. */
const MARKS = [
  /^\.sync-conflict-\d{8}-\d{6}(-[0-9A-Z]+)?$/,
  / \(.*conflict(ed copy)?.*\)$/i,
  /^\.conflict-\d{8}T\d{6}(-\d+)?$/,
];

/** Names, sorted. A folder that cannot be read has none. */
export async function conflictCopies(path: string): Promise<readonly string[]> {
  const extension = extname(path);
  const stem = basename(path, extension);
  const names = await readdir(dirname(path)).catch((): string[] => []);
  return names
    .filter((name) => isCopyOf(stem, extension, name))
    .sort()
    .slice(0, MAX_COPIES);
}

function isCopyOf(stem: string, extension: string, name: string): boolean {
  if (!name.startsWith(stem) || !name.endsWith(extension)) return false;
  const mark = name.slice(stem.length, name.length - extension.length);
  return MARKS.some((pattern) => pattern.test(mark));
}
