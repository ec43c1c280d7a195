/** Files and folders of any kind: new folders, copies, uploads. Never over something that is there, unless asked. */
import { constants } from "node:fs";
import { copyFile, cp, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import { writeAtomically } from "./atomic-write.ts";
import { freeNames } from "./free-name.ts";
import { existsError, moveFile, placeNew } from "./move-file.ts";

/** @throws LoopbookError `notebook-exists`, `no-such-folder`, `notebook-unwritable`. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "EEXIST") throw existsError(path, { cause });
    if (code === "ENOENT")
      throw new LoopbookError("no-such-folder", `There is no folder ${dirname(path)}. Make it first.`, {
        cause,
      });
    throw new LoopbookError("notebook-unwritable", `${path} could not be made (${messageOf(cause)}).`, {
      cause,
    });
  }
}

/** A copy with everything below; symbolic links are left out. @throws LoopbookError as `makeFolder`; `no-such-file`. */
export async function copyEntry(from: string, to: string): Promise<void> {
  if (await isThere(to)) throw existsError(to);
  const temporary = join(dirname(to), `.${basename(to).slice(0, 100)}.${randomToken(8)}.tmp`);
  try {
    const facts = await lstat(from);
    if (facts.isDirectory())
      await cp(from, temporary, {
        recursive: true,
        filter: async (path) => {
          const { isFile, isDirectory } = await kindOf(path);
          return isFile || isDirectory;
        },
      });
    else await copyFile(from, temporary, constants.COPYFILE_EXCL);
    if (facts.isDirectory()) await renameNew(temporary, to);
    else await moveFile(temporary, to);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    if (cause instanceof LoopbookError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT")
      throw new LoopbookError("no-such-file", `There is no ${from} (any more).`, { cause });
    throw new LoopbookError("notebook-unwritable", `${to} could not be made (${messageOf(cause)}).`, {
      cause,
    });
  }
}

/** A folder gets another name. An empty folder of that name would be replaced by the system, so it is looked for. */
export async function renameNew(from: string, to: string): Promise<void> {
  if (await isThere(to)) throw existsError(to);
  await rename(from, to);
}

export type UploadClash = "refuse" | "keep-both" | "replace" | "skip";

/**
 * Writes a file that is sent, whole or not at all.
 * @returns where it is; null: it was skipped, as the name is taken.
 * @throws LoopbookError `notebook-exists`, `too-big`, `no-such-folder`, `notebook-unwritable`, `disk-full`.
 */
export async function receiveFile(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { onClash, maxBytes }: { readonly onClash: UploadClash; readonly maxBytes: number },
): Promise<string | null> {
  const bounded = atMost(pieces, maxBytes, basename(path));
  if (onClash === "skip" && (await isThere(path))) return null;
  if (onClash === "replace") {
    if ((await kindOf(path)).isDirectory) throw existsError(path);
    await writeAtomically(path, bounded);
    return path;
  }
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomToken(8)}.tmp`);
  try {
    await placeNew(temporary, bounded);
    for (const name of onClash === "keep-both" ? [path, ...freeNames(path)] : [path]) {
      try {
        await moveFile(temporary, name);
        return name;
      } catch (error) {
        if (!(error instanceof LoopbookError && error.code === "notebook-exists")) throw error;
        if (onClash === "skip") return null;
      }
    }
    throw existsError(path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function* atMost(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > maxBytes)
      throw new LoopbookError(
        "too-big",
        `${name} is bigger than the ${Math.floor(maxBytes / 1024 ** 2)} MB that an upload may have here (\`uploadMB\` in .loopbook/settings.json).`,
      );
    yield piece;
  }
}

/** Which of these names are taken in a folder. */
export async function takenNames(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const name of names) if (await isThere(join(folder, name))) taken.push(name);
  return taken;
}

/** The mark by which a change of a file is noticed. */
export async function fileMark(path: string): Promise<string> {
  const facts = await lstat(path, { bigint: true });
  return `${facts.mtimeNs.toString(36)}-${facts.size.toString(36)}-${facts.ino.toString(36)}`;
}

/** @param mark as it was when the text was read. @throws LoopbookError `file-changed`. */
export async function saveText(path: string, text: string, mark: string): Promise<string> {
  const check = async (): Promise<void> => {
    const now = await fileMark(path).catch(() => null);
    if (now !== mark)
      throw new LoopbookError(
        "file-changed",
        `${basename(path)} was changed by somebody else meanwhile. Load it again, or save yours over it.`,
      );
  };
  await check();
  await writeAtomically(path, [Buffer.from(text)], { beforeReplace: check });
  return fileMark(path);
}

export function isNotebook(path: string): boolean {
  return extname(path) === ".ipynb";
}

async function kindOf(path: string): Promise<{ readonly isFile: boolean; readonly isDirectory: boolean }> {
  const facts = await lstat(path).catch(() => null);
  return { isFile: facts?.isFile() ?? false, isDirectory: facts?.isDirectory() ?? false };
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Reads the beginning of a file. @throws the system's error. */
export async function readBeginning(path: string, maxBytes: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(maxBytes);
    const { bytesRead } = await file.read(buffer, 0, maxBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
