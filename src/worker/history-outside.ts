/** A notebook as others have it: its file on disk, and git's last commit. Cells keep the keys that they have here. */
import { readFile } from "node:fs/promises";
import { type KeyedNotebook, keyedLike } from "../nbformat/merge/cell-keys.ts";
import { parseNotebook } from "../nbformat/parse.ts";
import { readGitHead } from "../store/git/git-head.ts";
import { LoopbookError, messageOf } from "../util/errors.ts";

/** @throws LoopbookError `no-such-version`, `notebook-unreadable`. */
export async function onDisk(path: string | null, now: KeyedNotebook): Promise<KeyedNotebook> {
  const there = needPath(path);
  const bytes = await readFile(there).catch((cause: unknown) => {
    throw new LoopbookError("notebook-unreadable", `${there} cannot be read: ${messageOf(cause)}`, { cause });
  });
  return keyedLike(now, parseNotebook(bytes, there).notebook);
}

/** @throws LoopbookError `no-such-version`, `notebook-unreadable`. */
export async function atGitHead(path: string | null, now: KeyedNotebook): Promise<KeyedNotebook> {
  const there = needPath(path);
  const head = await readGitHead(there);
  if (head.type === "none") throw new LoopbookError("no-such-version", head.message);
  return keyedLike(now, parseNotebook(head.bytes, `${there} in git`).notebook);
}

function needPath(path: string | null): string {
  if (path !== null) return path;
  throw new LoopbookError("no-such-version", "This notebook has no file.");
}
