/**
 * Writes a file so that whoever reads it, at any moment and after any crash, finds the old content or the new,
 * never a part: a temporary file in the same folder, fsync, rename, fsync of the folder. Symlinks are written
 * through; mode and owner stay.
 */
import { renameSync } from "node:fs";
import { constants, type FileHandle, lstat, open, readlink, realpath, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { randomToken } from "../../util/ids.ts";
import { syncFolder } from "../sync-folder.ts";
import { type FileMark, markOf } from "./file-mark.ts";

export interface WriteOptions {
  /** Called when all is on disk, just before the new file takes the old one's place; what it throws stops that. */
  readonly beforeReplace?: () => Promise<void>;
  /**
   * The last look, in the same turn as the replacing: only what another program does within some ten microseconds
   * goes unseen. What it throws stops the replacing.
   */
  readonly lastLook?: () => void;
}

/**
 * @param pieces each is on its way to the disk before the next is asked for. What they throw stops all.
 * @throws the system's error (`ENOSPC`, `EACCES`, …); the file is then as it was and no temporary file is left.
 */
export async function writeAtomically(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: WriteOptions = {},
): Promise<FileMark> {
  const target = await resolveLinks(path);
  const before = await lstat(target).catch(ignoreMissing);
  // Root may write anything, and a rename asks only the folder: the file's own mode must be asked for.
  if (before && (before.mode & 0o222) === 0) throw systemError("EACCES", target);
  if (before) await (await open(target, constants.O_WRONLY)).close();
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomToken(8)}.tmp`);
  const file = await open(temporary, "wx", before ? before.mode & 0o7777 : 0o666);
  try {
    await fill(file, pieces, before);
    await options.beforeReplace?.();
    options.lastLook?.();
    renameSync(temporary, target);
    await syncFolder(dirname(target));
    return await markOf(target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

type Before = { readonly mode: number; readonly uid: number; readonly gid: number } | undefined;

async function fill(
  file: FileHandle,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  before: Before,
): Promise<void> {
  try {
    for await (const piece of pieces) await file.appendFile(piece);
    if (before) {
      await keepOwner(file, before);
      await file.chmod(before.mode & 0o7777);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Only root can give a file away; anybody else's file becomes theirs who saved it. */
async function keepOwner(file: FileHandle, before: NonNullable<Before>): Promise<void> {
  const now = await file.stat();
  if (now.uid === before.uid && now.gid === before.gid) return;
  await file.chown(before.uid, before.gid).catch(() => {});
}

/** The file that a chain of symlinks names, also when it is not there yet. */
async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  let target = path;
  for (let hops = 0; hops < 40; hops++) {
    const status = await lstat(target).catch(ignoreMissing);
    if (!status?.isSymbolicLink()) return target;
    target = resolve(dirname(target), await readlink(target));
  }
  throw systemError("ELOOP", path);
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}
