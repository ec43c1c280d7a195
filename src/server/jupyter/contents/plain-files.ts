/** Files and folders of the server's folder, as Jupyter's contents API reads and changes them. */
import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import {
  copyFile,
  cp,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  unlink,
  writeFile,
} from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Rights } from "../../../people/party.ts";
import { writeAtomically } from "../../../store/files/atomic-write.ts";
import { LoopbookError } from "../../../util/errors.ts";
import { type ContentsModel, fileModel, mimeTypeOf } from "./file-model.ts";
import { factsOf, fileError, noSuchFile, type Place } from "./places.ts";

/** What is sent in one answer; bigger files are for other ways. */
export const MAX_FILE_BYTES = 256 * 1024 ** 2;
/** A bigger folder is listed so far. */
const MAX_ENTRIES = 20_000;

export async function listFolder(place: Place, rights: Rights): Promise<readonly ContentsModel[]> {
  const names = (await readdir(place.absolute)).filter((name) => !name.startsWith(".")).slice(0, MAX_ENTRIES);
  const models = names.map(async (name): Promise<ContentsModel | null> => {
    const absolute = join(place.absolute, name);
    // Gone since it was listed, a link to nothing, a pipe: none of what can be opened.
    const facts = await stat(absolute).catch(() => null);
    if (!facts?.isDirectory() && !facts?.isFile()) return null;
    return fileModel(absolute, place.path === "" ? name : `${place.path}/${name}`, facts, rights);
  });
  return (await Promise.all(models)).filter((model) => model !== null);
}

/** @param format absent: text where the bytes are UTF-8. @throws LoopbookError `bad-request`, `too-big`. */
export async function readPlain(
  place: Place,
  format: "text" | "base64" | undefined,
): Promise<{ readonly content: string; readonly format: "text" | "base64"; readonly mimetype: string }> {
  const facts = await factsOf(place);
  if (!facts?.isFile()) throw noSuchFile(place.path);
  if (facts.size > MAX_FILE_BYTES) {
    throw new LoopbookError("too-big", `${place.path} is bigger than the 256 MB that are sent at once.`);
  }
  const bytes = await readFile(place.absolute);
  const text = format === "base64" ? null : utf8(bytes);
  if (format === "text" && text === null) {
    throw new LoopbookError("bad-request", `${place.path} is not UTF-8 text. Ask for it with format=base64.`);
  }
  const found = text === null ? "base64" : "text";
  return {
    content: text ?? bytes.toString("base64"),
    format: found,
    mimetype: mimeTypeOf(place.path, found),
  };
}

export function bytesOf(content: string, format: "text" | "base64"): Buffer {
  if (format === "text") return Buffer.from(content, "utf8");
  const bare = content.replace(/\s+/g, "");
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(bare)) return Buffer.from(bare, "base64");
  throw new LoopbookError("bad-request", "The content is not base64, though its format says so.");
}

export async function writePlain(place: Place, bytes: Uint8Array): Promise<void> {
  try {
    await writeAtomically(place.absolute, [bytes]);
  } catch (cause) {
    throw fileError(`${place.path} could not be written`, cause);
  }
}

export async function makeFolder(place: Place): Promise<void> {
  try {
    await mkdir(place.absolute);
  } catch (cause) {
    throw fileError(`${place.path} could not be made`, cause);
  }
}

/** Makes a new empty file; nothing that is there is touched. */
export async function makeFile(place: Place): Promise<void> {
  try {
    await writeFile(place.absolute, "", { flag: "wx" });
  } catch (cause) {
    throw fileError(`${place.path} could not be made`, cause);
  }
}

export async function copyPlace(from: Place, to: Place): Promise<void> {
  try {
    const isFolder = (await factsOf(from))?.isDirectory() ?? false;
    if (isFolder) await cp(from.absolute, to.absolute, { recursive: true, errorOnExist: true, force: false });
    else await copyFile(from.absolute, to.absolute, constants.COPYFILE_EXCL);
  } catch (cause) {
    throw fileError(`${from.path} could not be copied`, cause);
  }
}

/** Never over something that is there. */
export async function movePlace(from: Place, to: Place): Promise<void> {
  try {
    const facts = await factsOf(from);
    if (facts === null) throw noSuchFile(from.path);
    const there = await factsOf(to);
    // Another spelling of the same name, on a disk that does not tell them apart.
    const isSame = there !== null && there.ino === facts.ino && there.dev === facts.dev;
    if (there !== null && !isSame) throw Object.assign(new Error("exists"), { code: "EEXIST" });
    if (facts.isFile() && !isSame && (await linked(from.absolute, to.absolute))) await unlink(from.absolute);
    else await rename(from.absolute, to.absolute);
  } catch (cause) {
    if (cause instanceof LoopbookError) throw cause;
    throw fileError(`${from.path} could not be renamed to ${to.path}`, cause);
  }
}

/** A link is made only where nothing is, also when somebody makes it in this moment. False: no links here. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    return false;
  }
}

/** `name`, or with the first number that is free; `attempt` makes it, and says by `file-exists` that it is there. */
export async function firstFree(
  names: Iterable<string>,
  attempt: (name: string) => Promise<void>,
): Promise<string> {
  for (const name of names) {
    try {
      await attempt(name);
      return name;
    } catch (error) {
      if (!(error instanceof LoopbookError && error.code === "file-exists")) throw error;
    }
  }
  throw new LoopbookError("file-exists", "No free name was found; there are too many of them already.");
}

const MAX_NUMBER = 10_000;

/** `untitled.txt`, `untitled1.txt`, …: with `gap` between name and number. */
export function* numbered(stem: string, extension: string, gap = ""): Generator<string> {
  yield `${stem}${extension}`;
  for (let number = 1; number < MAX_NUMBER; number++) yield `${stem}${gap}${number}${extension}`;
}

/** `train-Copy1.ipynb`, and the next for a copy of a copy. */
export function* copiesOf(path: string): Generator<string> {
  const extension = extname(path);
  const stem = basename(path, extension).replace(/-Copy\d*$/, "");
  for (let number = 1; number < MAX_NUMBER; number++) yield `${stem}-Copy${number}${extension}`;
}

export async function hashOfPlace({ absolute }: Place): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(absolute)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function utf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
