/** What lies in the trash and came from a folder, and the way back. freedesktop.org's Trash specification 1.0. */
import { lstat, mkdir, readdir, readFile, rename, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { freeNames } from "./free-name.ts";

export interface Trashed {
  /** Names it in the trash: which one, and its name there. */
  readonly id: string;
  /** Where it was; absolute. */
  readonly path: string;
  readonly deletedAtMs: number;
  readonly isFolder: boolean;
}

interface Trash {
  readonly kind: "home" | "volume";
  readonly root: string;
  /** What paths in its notes are relative to; null: they are absolute. */
  readonly top: string | null;
}

/** More are not looked through. */
const MAX_LISTED = 2_000;

/** Newest first. @param folder absolute. Empty where the system has no trash of this kind (macOS, Windows). */
export async function listTrash(
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly Trashed[]> {
  const found: Trashed[] = [];
  for (const trash of await trashesFor(folder, env)) {
    const notes = await readdir(join(trash.root, "info")).catch(() => []);
    for (const note of notes.slice(-MAX_LISTED)) {
      const one = await readNote(trash, note);
      if (one !== null && isBelow(folder, one.path)) found.push(one);
    }
  }
  return found.sort((a, b) => b.deletedAtMs - a.deletedAtMs);
}

/**
 * Puts it back to where it was, or beside it where that name is taken by now.
 * @param mayPut refuses a place by throwing.
 * @returns where it is. @throws LoopbookError `not-in-trash`, `no-such-folder`.
 */
export async function restoreFromTrash(
  folder: string,
  id: string,
  mayPut: (path: string) => void | Promise<void>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const one = (await listTrash(folder, env)).find((trashed) => trashed.id === id);
  const trash = (await trashesFor(folder, env)).find(({ kind }) => id.startsWith(`${kind}:`));
  if (!one || !trash) throw notThere();
  await mayPut(one.path);
  const name = nameOf(id);
  await mkdir(dirname(one.path), { recursive: true });
  const from = join(trash.root, "files", name);
  for (const path of [one.path, ...freeNames(one.path)]) {
    if (await isThere(path)) continue;
    try {
      await rename(from, path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") throw notThere(cause);
      throw new LoopbookError("not-restored", `It could not be put back (${messageOf(cause)}).`, { cause });
    }
    await unlink(join(trash.root, "info", `${name}.trashinfo`)).catch(() => {});
    return path;
  }
  throw new LoopbookError("not-restored", "It could not be put back: there are too many files of its name.");
}

async function readNote(trash: Trash, note: string): Promise<Trashed | null> {
  const name = note.replace(/\.trashinfo$/, "");
  if (name === note) return null;
  try {
    const text = await readFile(join(trash.root, "info", note), "utf8");
    const written = decodeURIComponent(/^Path=(.*)$/m.exec(text)?.[1] ?? "");
    const facts = await lstat(join(trash.root, "files", name));
    const deletedAtMs = Date.parse(/^DeletionDate=(.*)$/m.exec(text)?.[1] ?? "");
    if (written === "") return null;
    const path = trash.top === null ? written : resolve(trash.top, written);
    return {
      id: `${trash.kind}:${name}`,
      path,
      deletedAtMs: Number.isFinite(deletedAtMs) ? deletedAtMs : facts.ctimeMs,
      isFolder: facts.isDirectory(),
    };
  } catch {
    return null;
  }
}

async function trashesFor(folder: string, env: NodeJS.ProcessEnv): Promise<readonly Trash[]> {
  if (process.platform === "win32" || process.platform === "darwin") return [];
  const data = env.XDG_DATA_HOME;
  const home = data && isAbsolute(data) ? data : join(env.HOME || homedir(), ".local", "share");
  const trashes: Trash[] = [{ kind: "home", root: join(home, "Trash"), top: null }];
  const top = await topOf(folder).catch(() => null);
  if (top !== null)
    trashes.push({ kind: "volume", root: join(top, `.Trash-${process.getuid?.() ?? 0}`), top });
  return trashes;
}

async function topOf(path: string): Promise<string> {
  let top = path;
  const { dev } = await lstat(top);
  while (dirname(top) !== top && (await lstat(dirname(top))).dev === dev) top = dirname(top);
  return top;
}

const nameOf = (id: string): string => id.slice(id.indexOf(":") + 1);

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function notThere(cause?: unknown): LoopbookError {
  return new LoopbookError("not-in-trash", "That is not in the trash any more.", { cause });
}
