/**
 * Where a notebook's file went that is gone from its place. A moved file is the same file (inode) with the same
 * content under another name; numbers of files are used again, so one alone proves nothing. A program that moves by
 * copying leaves another file with that content: that is no proof either, and is said so.
 */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { MovedFile } from "../../document/outside-versions.ts";
import { type FileMark, hashOfFile, markOf } from "./file-mark.ts";

/** The search ends there: it is done while somebody waits to be told. */
const MAX_FOLDERS = 400;
const MAX_HASHED_BYTES = 256n * 1024n * 1024n;
/** How far up and down from the file's folder. */
const MAX_UP = 2;
const MAX_DOWN = 4;

interface Known {
  readonly hash: string;
  readonly mark: FileMark;
}

export async function findMoved(path: string, known: Known): Promise<MovedFile | null> {
  let likely: MovedFile | null = null;
  let hashed = 0n;
  for await (const file of notebooksNear(dirname(path))) {
    if (file === path) continue;
    const mark = await markOf(file).catch(() => null);
    if (mark === null || mark.size !== known.mark.size) continue;
    const isSameFile = mark.inode === known.mark.inode;
    if (!isSameFile && (likely !== null || hashed + mark.size > MAX_HASHED_BYTES)) continue;
    hashed += mark.size;
    if ((await hashOfFile(file).catch(() => "")) !== known.hash) continue;
    if (isSameFile) return { path: file, isCertain: true };
    likely = { path: file, isCertain: false };
  }
  return likely;
}

/** Nearest first: the folder, what is below it, then the same from the folders above. */
async function* notebooksNear(folder: string): AsyncGenerator<string> {
  const seen = new Set<string>();
  let start = folder;
  for (let up = 0; up <= MAX_UP; up += 1) {
    yield* notebooksBelow(start, seen);
    const above = dirname(start);
    if (above === start) return;
    start = above;
  }
}

async function* notebooksBelow(start: string, seen: Set<string>): AsyncGenerator<string> {
  let level = [start];
  for (let down = 0; down <= MAX_DOWN && level.length > 0; down += 1) {
    const next: string[] = [];
    for (const folder of level) {
      if (seen.has(folder)) continue;
      if (seen.size >= MAX_FOLDERS) return;
      seen.add(folder);
      for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
        if (entry.isFile() && entry.name.endsWith(".ipynb")) yield join(folder, entry.name);
        // What is hidden was thrown away or is a tool's own.
        if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
          next.push(join(folder, entry.name));
      }
    }
    level = next;
  }
}
