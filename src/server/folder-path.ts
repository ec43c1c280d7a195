/**
 * Paths that requests name, confined to the server's folder: no way up, and no link that leads out of it.
 */
import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { LoopbookError } from "../util/errors.ts";

/**
 * The absolute path of `path`, which is relative to `folder` (absolute, links resolved), or absolute and in it.
 * The file itself need not exist; the folder it is in must.
 * @throws LoopbookError `outside-folder`, `no-such-file`, `bad-request`.
 */
export async function insideFolder(folder: string, path: string): Promise<string> {
  if (path.includes("\0")) throw new LoopbookError("bad-request", "A path has no zero byte in it.");
  const named = resolve(folder, path);
  if (!isWithin(folder, named)) throw outside(path);
  const real = await realPathOf(named, path);
  if (!isWithin(folder, real)) throw outside(path);
  return named;
}

/** Whether `path` is `folder` or below it. Both absolute; names only, nothing is looked up. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** As the API writes paths: relative to the folder with `/`; what lies outside of it stays absolute. */
export function shownPath(folder: string, absolute: string): string {
  return isWithin(folder, absolute) ? relative(folder, absolute).split(sep).join("/") : absolute;
}

async function realPathOf(named: string, asked: string): Promise<string> {
  try {
    return await realpath(named);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw noSuchFile(asked, error);
  }
  // A link that leads nowhere yet may lead anywhere later.
  if (await lstat(named).catch(() => null)) throw outside(asked);
  try {
    return join(await realpath(dirname(named)), basename(named));
  } catch (error) {
    throw noSuchFile(asked, error);
  }
}

function outside(path: string): LoopbookError {
  return new LoopbookError(
    "outside-folder",
    `${path} is not in the folder that this server shows. Start one there with \`loopbook open\`.`,
  );
}

function noSuchFile(path: string, cause: unknown): LoopbookError {
  return new LoopbookError("no-such-file", `There is no ${path || "folder"} here (any more).`, { cause });
}
