/**
 * Which entries of a zip file may be unpacked, decided by its list of contents before anything is written. Pure. One
 * wrong entry refuses all: who made it meant harm, or made a file that unpacks differently elsewhere.
 */
import { LoopbookError } from "../../util/errors.ts";

/** What the list of contents says of an entry (APPNOTE.TXT 4.3.12), as yauzl gives it. */
export interface ZipEntry {
  readonly fileName: string;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly compressionMethod: number;
  readonly generalPurposeBitFlag: number;
  readonly externalFileAttributes: number;
  readonly versionMadeBy: number;
  readonly relativeOffsetOfLocalHeader: number;
  readonly fileNameLength: number;
}

export interface ZipItem {
  /** With `/`, none at its end. */
  readonly name: string;
  readonly type: "file" | "folder";
  readonly size: number;
  readonly isExecutable: boolean;
}

export interface UnpackLimits {
  readonly maxEntries: number;
  /** All contents together. */
  readonly maxBytes: number;
  /** Contents to their size in the archive, once they are more than `RATIO_FROM_BYTES`. */
  readonly maxRatio: number;
}

export const DEFAULT_UNPACK_LIMITS: UnpackLimits = {
  maxEntries: 100_000,
  maxBytes: 20 * 1024 ** 3,
  maxRatio: 200,
};

const RATIO_FROM_BYTES = 64 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 2_048;
const LOCAL_HEADER_BYTES = 30;
const FILE_TYPE = 0o170000;
const REGULAR_FILE = 0o100000;
const DIRECTORY = 0o040000;

/** @throws LoopbookError `bad-archive`, `archive-too-big`. */
export function checkZipEntries(entries: readonly ZipEntry[], limits: UnpackLimits): readonly ZipItem[] {
  if (entries.length > limits.maxEntries)
    throw tooBig(`it holds ${count(entries.length)} entries, more than ${count(limits.maxEntries)}`);
  const items = entries.map(itemOf);
  checkSizes(entries, limits);
  checkOverlaps(entries);
  checkNamesTogether(items);
  return items;
}

function itemOf(entry: ZipEntry): ZipItem {
  const problem = nameProblem(entry.fileName);
  if (problem !== null) throw bad(entry.fileName, problem);
  if ((entry.generalPurposeBitFlag & 0x2041) !== 0) throw bad(entry.fileName, "is encrypted");
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw bad(entry.fileName, "is compressed by a method that Loopbook does not read");
  // Whatever system is said to have made it: some tools go by the mode alone.
  const mode = entry.externalFileAttributes >>> 16;
  const type = mode & FILE_TYPE;
  if (type !== 0 && type !== REGULAR_FILE && type !== DIRECTORY)
    throw bad(entry.fileName, "is a symbolic link or a special file");
  const isFolder = entry.fileName.endsWith("/");
  if (type !== 0 && isFolder !== (type === DIRECTORY))
    throw bad(entry.fileName, "says that it is a file and a folder");
  if (isFolder && entry.uncompressedSize > 0) throw bad(entry.fileName, "is a folder with a content");
  return {
    name: isFolder ? entry.fileName.slice(0, -1) : entry.fileName,
    type: isFolder ? "folder" : "file",
    size: entry.uncompressedSize,
    isExecutable: entry.versionMadeBy >> 8 === 3 && (mode & 0o100) !== 0,
  };
}

/** Why a name may not be written; null: it may. */
function nameProblem(fileName: string): string | null {
  const name = fileName.replace(/\/$/, "");
  if (name === "") return "has no name";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused.
  if (/[\u0000-\u001f\u007f]/.test(name)) return "has control characters in its name";
  if (name.includes("\\")) return "has a backslash in its name";
  if (name.startsWith("/") || /^[A-Za-z]:/.test(name)) return "has an absolute path";
  const parts = name.split("/");
  if (parts.some((part) => part === ".." || part === "." || part === "")) return "leads out of its folder";
  if (parts.length > MAX_DEPTH) return `lies more than ${MAX_DEPTH} folders deep`;
  const isLong = parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES);
  if (isLong || Buffer.byteLength(name) > MAX_PATH_BYTES) return "has a name that is too long";
  return null;
}

function checkSizes(entries: readonly ZipEntry[], { maxBytes, maxRatio }: UnpackLimits): void {
  const bytes = entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.compressedSize, 0);
  if (bytes > maxBytes)
    throw tooBig(`it would be ${megabytes(bytes)} when unpacked, more than ${megabytes(maxBytes)}`);
  if (bytes > RATIO_FROM_BYTES && bytes > packed * maxRatio)
    throw tooBig(`it would grow to more than ${maxRatio} times its size (${megabytes(bytes)})`);
}

/** Contents that share bytes of the file make a small file unpack to anything. */
function checkOverlaps(entries: readonly ZipEntry[]): void {
  const sorted = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const [index, entry] of sorted.entries()) {
    const next = sorted[index + 1];
    const end =
      entry.relativeOffsetOfLocalHeader + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
    if (next && next.relativeOffsetOfLocalHeader < end)
      throw bad(next.fileName, `overlaps with ${shown(entry.fileName)}`);
  }
}

/** As the least careful file system would take them: letters' case and Unicode's ways to write one are the same. */
function checkNamesTogether(items: readonly ZipItem[]): void {
  const fold = (name: string): string => name.normalize("NFC").toLowerCase();
  const known = new Map<string, ZipItem>();
  for (const item of items) {
    const other = known.get(fold(item.name));
    if (other && !(other.type === "folder" && item.type === "folder" && other.name === item.name))
      throw bad(
        item.name,
        other.name === item.name ? "is in it twice" : `is the same name as ${shown(other.name)}`,
      );
    known.set(fold(item.name), item);
  }
  const spelled = new Map<string, string>();
  for (const { name } of items) {
    const parts = name.split("/");
    for (let depth = 1; depth < parts.length; depth += 1) {
      const above = parts.slice(0, depth).join("/");
      if (known.get(fold(above))?.type === "file")
        throw bad(name, `lies in ${shown(above)}, which is a file`);
      const before = spelled.get(fold(above));
      if (before !== undefined && before !== above)
        throw bad(name, `lies in a folder that is written in two ways`);
      spelled.set(fold(above), above);
    }
  }
}

const count = (n: number): string => n.toLocaleString("en");
const megabytes = (bytes: number): string => `${count(Math.ceil(bytes / 1024 ** 2))} MB`;

/** Never as it stands: a name may hold what turns a terminal upside down. */
function shown(name: string): string {
  const safe = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return safe.length > 120 ? `${safe.slice(0, 120)}…` : safe;
}

function bad(name: string, why: string): LoopbookError {
  return new LoopbookError(
    "bad-archive",
    `This zip file cannot be unpacked: ${shown(name)} ${why}. Nothing was written.`,
  );
}

function tooBig(why: string): LoopbookError {
  return new LoopbookError(
    "archive-too-big",
    `This zip file is too big to be unpacked: ${why}. Nothing was written. The limits can be set in .loopbook/settings.json.`,
  );
}
