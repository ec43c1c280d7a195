/** What of a long log goes into the `.ipynb`: its beginning and its end, with a line between that says so. Pure. */

/** What one stream output may take in the file. */
export interface FileLimit {
  readonly lines: number;
  readonly bytes: number;
}

export const DEFAULT_FILE_LIMIT: FileLimit = { lines: 10_000, bytes: 1024 * 1024 };
export const NO_FILE_LIMIT: FileLimit = { lines: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/**
 * `20000` lines, `5MB`, `20000,5MB`, `none`. What is not said is not limited.
 * @returns null: none of these.
 */
export function readFileLimit(text: string): FileLimit | null {
  if (text.trim() === "none") return NO_FILE_LIMIT;
  let limit: FileLimit | null = null;
  for (const part of text.split(",")) {
    const match = /^\s*(\d{1,12})\s*(k?B|MB|GB)?\s*$/i.exec(part);
    const [, digits = "", unit] = match ?? [];
    const number = Number(digits);
    if (match === null || number < 2) return null;
    limit ??= NO_FILE_LIMIT;
    limit =
      unit === undefined
        ? { ...limit, lines: number }
        : { ...limit, bytes: number * (UNITS[unit.toLowerCase()] ?? 1) };
  }
  return limit;
}

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1000, mb: 1_000_000, gb: 1_000_000_000 };

/** How many lines and bytes of each end are kept; null: all of it. */
export type FileCut = { readonly head: FileLimit; readonly tail: FileLimit } | null;

export function planCut(log: FileLimit, limit: FileLimit): FileCut {
  if (log.lines <= limit.lines && log.bytes <= limit.bytes) return null;
  const lines = Math.min(limit.lines, log.lines);
  const bytes = Math.min(limit.bytes, log.bytes);
  const head = { lines: Math.ceil(lines / 2), bytes: Math.ceil(bytes / 2) };
  return { head, tail: { lines: Math.max(1, lines - head.lines), bytes: bytes - head.bytes } };
}

/** The line between beginning and end. `isKept`: what is left out can be read elsewhere. */
export function cutLine(leftOut: FileLimit, isKept = true): string {
  const size = sizeText(leftOut.bytes);
  const lines = leftOut.lines === 1 ? "1 line" : `${leftOut.lines.toLocaleString("en")} lines`;
  const what = leftOut.lines === 0 ? size : `${lines} (${size})`;
  const where = isKept
    ? "The whole log is kept beside this file's live notebook: `loopbook open` shows it."
    : "That is kept nowhere; --output-limit sets how much the file gets.";
  return `[Loopbook: ${what} left out here. ${where}]\n`;
}

/** As many whole lines from the beginning as fit; of a first line that is too long, its beginning. */
export function headOf(text: string, { lines, bytes }: FileLimit): string {
  let end = 0;
  let left = bytes;
  for (let line = 0; line < lines && end < text.length; line++) {
    const next = text.indexOf("\n", end) + 1 || text.length;
    left -= byteLength(text.slice(end, next));
    if (left < 0) break;
    end = next;
  }
  return end > 0 || lines === 0 ? text.slice(0, end) : `${cutBytes(text, bytes)}\n`;
}

/** The same from the end; of a last line that is too long, its end. */
export function tailOf(text: string, { lines, bytes }: FileLimit): string {
  let start = text.length;
  let left = bytes;
  for (let line = 0; line < lines && start > 0; line++) {
    const before = start < 2 ? 0 : text.lastIndexOf("\n", start - 2) + 1;
    left -= byteLength(text.slice(before, start));
    if (left < 0) break;
    start = before;
  }
  if (start < text.length || lines === 0) return text.slice(start);
  return lastBytes(text, bytes);
}

/** A text that is at hand whole. */
export function cutForFile(text: string, limit: FileLimit): string {
  const cut = planCut({ lines: lineCount(text), bytes: byteLength(text) }, limit);
  return cut === null ? text : joinEnds(headOf(text, cut.head), tailOf(text, cut.tail), text);
}

/** `whole`: the text between whose ends the line stands, or its size. */
export function joinEnds(head: string, tail: string, whole: string | FileLimit, isKept = true): string {
  const size = typeof whole === "string" ? { lines: lineCount(whole), bytes: byteLength(whole) } : whole;
  const lines = Math.max(0, size.lines - lineCount(head) - lineCount(tail));
  const bytes = Math.max(0, size.bytes - byteLength(head) - byteLength(tail));
  return `${head}${cutLine({ lines, bytes }, isKept)}${tail}`;
}

const encoder = new TextEncoder();

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function lineCount(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return text === "" || text.endsWith("\n") ? lines : lines + 1;
}

function cutBytes(text: string, bytes: number): string {
  return new TextDecoder().decode(encoder.encode(text).subarray(0, bytes), { stream: true });
}

function lastBytes(text: string, bytes: number): string {
  if (bytes <= 0) return "";
  const all = encoder.encode(text);
  let start = Math.max(0, all.length - bytes);
  // Not in the middle of a character.
  while (start < all.length && ((all[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder().decode(all.subarray(start));
}

function sizeText(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toLocaleString("en")} bytes`;
  if (bytes < 10_000_000) return `${Math.round(bytes / 1000).toLocaleString("en")} kB`;
  return `${Math.round(bytes / 1_000_000).toLocaleString("en")} MB`;
}
