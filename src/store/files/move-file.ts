/**
 * Gives a file another name, and never takes the place of one that is there: a hard link to the new name fails when
 * it is taken, and only then does the old name go. Where there are no hard links, the new name is claimed empty first.
 */
import { lstatSync, renameSync } from "node:fs";
import {
  constants,
  copyFile,
  link,
  lstat,
  open,
  readlink,
  realpath,
  rename,
  symlink,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { syncFolder } from "../sync-folder.ts";
import { isMissing } from "./atomic-write.ts";
import { markNow, markOf, sameMark } from "./file-mark.ts";

/**
 * Moves `from` to `to`; both names are durable when it settles. A symbolic link moves as a link to the same file.
 * @throws LoopbookError `notebook-exists`, `no-such-file`, `no-such-folder`, `notebook-unwritable`.
 */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    if ((await lstat(from)).isSymbolicLink()) await moveLink(from, to);
    else await moveContent(from, to);
  } catch (error) {
    throw moveError(error, from, to);
  }
  await syncFolder(dirname(to));
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from));
}

/**
 * Puts a new file with this content at `to`, whole or not at all.
 * @param beforePlacing called when all is on disk; what it throws stops the placing.
 * @throws LoopbookError as `moveFile`.
 */
export async function placeNew(
  to: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  beforePlacing: () => Promise<void> = async () => {},
): Promise<void> {
  const temporary = temporaryBeside(to);
  try {
    const file = await open(temporary, "wx");
    try {
      for await (const piece of pieces) await file.appendFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforePlacing();
    await putAt(temporary, to);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw moveError(error, to, to);
  }
  await syncFolder(dirname(to));
}

async function moveContent(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await isOtherCase(from, to))) return rename(from, to);
    if (codeOf(error) === "EXDEV") return moveAcross(from, to);
    if (!hasNoLinks(error)) throw error;
    await claimAndReplace(from, to);
    return;
  }
  await unlink(from);
}

/** To another file system: a copy, put in place whole; the old file goes only if nobody changed it meanwhile. */
async function moveAcross(from: string, to: string): Promise<void> {
  const before = await markOf(from);
  const temporary = temporaryBeside(to);
  try {
    await copyFile(from, temporary, constants.COPYFILE_EXCL);
    await syncFile(temporary);
    await putAt(temporary, to);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  const now = markNow(from);
  if (now !== null && !sameMark(before, now)) {
    await unlink(to);
    throw new LoopbookError(
      "changed-outside",
      `${from} was changed by another program just now. Move it again.`,
      {
        retry: true,
      },
    );
  }
  await unlink(from);
}

/** A file of ours gets its name, if that is free. */
async function putAt(temporary: string, to: string): Promise<void> {
  try {
    await link(temporary, to);
    await unlink(temporary);
  } catch (error) {
    if (!hasNoLinks(error)) throw error;
    await claimAndReplace(temporary, to);
  }
}

/** The claim is an empty file of our own; in the turn that replaces it, it must be that still. */
async function claimAndReplace(from: string, to: string): Promise<void> {
  await (await open(to, "wx")).close();
  if (lstatSync(to).size !== 0) throw Object.assign(new Error(`EEXIST: ${to}`), { code: "EEXIST" });
  try {
    renameSync(from, to);
  } catch (error) {
    if (lstatSync(to, { throwIfNoEntry: false })?.size === 0) await unlink(to).catch(() => {});
    throw error;
  }
}

async function moveLink(from: string, to: string): Promise<void> {
  const named = await readlink(from);
  const target = resolve(await realpath(dirname(from)), named);
  const isRelative = named !== resolve(named);
  await symlink(isRelative ? relative(await realpath(dirname(to)), target) : named, to);
  await unlink(from);
}

/** `nb.ipynb` to `NB.ipynb` where both are one name. */
export async function isOtherCase(from: string, to: string): Promise<boolean> {
  if (from === to || from.toLowerCase() !== to.toLowerCase()) return false;
  const [a, b] = await Promise.all([lstat(from), lstat(to)]);
  return a.ino === b.ino && a.dev === b.dev && a.nlink === 1;
}

function hasNoLinks(error: unknown): boolean {
  return ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EACCES"].includes(String(codeOf(error)));
}

function moveError(error: unknown, from: string, to: string): unknown {
  if (error instanceof LoopbookError) return error;
  const cause = { cause: error };
  if (codeOf(error) === "EEXIST") return existsError(to, cause);
  if (isMissing(error) || codeOf(error) === "ENOTDIR") {
    const isSourceGone = from !== to && lstatSync(from, { throwIfNoEntry: false }) === undefined;
    return isSourceGone
      ? new LoopbookError("no-such-file", `There is no ${from} (any more).`, cause)
      : new LoopbookError("no-such-folder", `There is no folder ${dirname(to)}. Make it first.`, cause);
  }
  return new LoopbookError("notebook-unwritable", `${to} could not be made (${messageOf(error)}).`, cause);
}

export function existsError(to: string, options: { readonly cause?: unknown } = {}): LoopbookError {
  return new LoopbookError(
    "notebook-exists",
    `There is a ${basename(to)} in ${dirname(to)} already; nothing was written over it. Choose another name.`,
    options,
  );
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 100)}.${randomToken(8)}.tmp`);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  await file.sync().finally(() => file.close());
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
