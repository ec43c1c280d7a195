/**
 * Puts a file into the user's trash, from where a file manager brings it back: freedesktop.org's Trash specification
 * 1.0 (the home trash, or that of the file's own volume), and `~/.Trash` on macOS. Nothing is ever deleted for good.
 */
import { mkdir, open, rename, stat, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, extname, isAbsolute, join, parse, relative, sep } from "node:path";
import { LoopbookError, messageOf } from "../../util/errors.ts";

export interface TrashPlaces {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly userId: number | null;
  readonly now: Date;
}

/** More files of one name in the trash are not tried for. */
const MAX_NAMES = 1_000;

/**
 * @param path absolute. @returns where it is now.
 * @throws LoopbookError `no-trash`, `no-such-file`.
 */
export async function putInTrash(path: string, places: TrashPlaces = here()): Promise<string> {
  if (places.platform === "win32") throw noTrash(path, "There is no trash that Loopbook could use here");
  try {
    if (places.platform === "darwin")
      return await moveInto(join(home(places), ".Trash"), null, path, path, places);
    try {
      return await moveInto(
        join(homeTrash(places), "files"),
        join(homeTrash(places), "info"),
        path,
        path,
        places,
      );
    } catch (error) {
      if (codeOf(error) !== "EXDEV") throw error;
    }
    const top = await topOf(path);
    const trash = join(top, `.Trash-${places.userId ?? 0}`);
    const shown = relative(top, path);
    return await moveInto(join(trash, "files"), join(trash, "info"), path, shown, places);
  } catch (error) {
    if (codeOf(error) === "ENOENT")
      throw new LoopbookError("no-such-file", `There is no ${path} (any more).`, { cause: error });
    throw noTrash(path, messageOf(error), error);
  }
}

/** A name that is free in both folders: the note of where it was is made first, and is the claim. */
async function moveInto(
  files: string,
  info: string | null,
  path: string,
  shown: string,
  { now }: TrashPlaces,
): Promise<string> {
  await stat(path);
  for (const folder of [files, info])
    if (folder !== null) await mkdir(folder, { recursive: true, mode: 0o700 });
  const extension = extname(path);
  const stem = basename(path, extension);
  for (let number = 1; number <= MAX_NAMES; number += 1) {
    const name = number === 1 ? basename(path) : `${stem} ${number}${extension}`;
    const claim = info === null ? join(files, name) : join(info, `${name}.trashinfo`);
    try {
      const file = await open(claim, "wx", 0o600);
      if (info !== null) await file.writeFile(noteOf(shown, now));
      await file.close();
    } catch (error) {
      if (codeOf(error) === "EEXIST") continue;
      throw error;
    }
    try {
      // Something that lies there without a note is nobody's to overwrite either.
      if (info !== null && (await isThere(join(files, name)))) {
        await unlink(claim);
        continue;
      }
      await rename(path, join(files, name));
      return join(files, name);
    } catch (error) {
      await unlink(claim).catch(() => {});
      throw error;
    }
  }
  throw new Error(`there are too many files called ${basename(path)} in it`);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Percent-encoded as in addresses; the time is local, without a zone. */
function noteOf(path: string, now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  return `[Trash Info]\nPath=${path.split(sep).map(encodeURIComponent).join("/")}\nDeletionDate=${local}\n`;
}

function homeTrash(places: TrashPlaces): string {
  const data = places.env.XDG_DATA_HOME;
  return join(data && isAbsolute(data) ? data : join(home(places), ".local", "share"), "Trash");
}

function home({ env }: TrashPlaces): string {
  return env.HOME || homedir();
}

/** The topmost folder of the file's volume. */
async function topOf(path: string): Promise<string> {
  const { root } = parse(path);
  let top = dirname(path);
  const { dev } = await stat(top);
  while (top !== root && (await stat(dirname(top))).dev === dev) top = dirname(top);
  return top;
}

function here(): TrashPlaces {
  const userId = process.getuid?.() ?? null;
  return { env: process.env, platform: process.platform, userId, now: new Date() };
}

function noTrash(path: string, why: string, cause?: unknown): LoopbookError {
  return new LoopbookError(
    "no-trash",
    `${basename(path)} could not be put into the trash (${why}). It is where it was; delete it with the tools of this machine.`,
    { cause },
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
