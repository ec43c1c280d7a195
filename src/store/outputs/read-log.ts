/** Reads a log from its files, beside whoever writes it. */
import type {
  LinesOptions,
  LogFacts,
  LogLine,
  LogSearch,
  LogSearchResult,
} from "../../document/output-store.ts";
import { splitLines, startOfLine } from "./line-ends.ts";
import type { Chunk } from "./log-chunks.ts";
import { patternOf, searchText } from "./search-text.ts";

const LINE_END = Buffer.from("\n");

/** A log that is read: pieces of whole lines, and a last line that its program has not ended yet. */
export interface LogSource<Piece extends LogPiece = LogPiece> {
  facts(): LogFacts;
  readonly wholeLines: number;
  openLine(): string;
  /** Those that hold lines `from` up to `to`. */
  chunksOf(from: number, to: number): readonly Piece[];
  /** Its lines; null: it has gone meanwhile. */
  bytesOf(piece: Piece): Promise<Buffer | null>;
}

export type LogPiece = Pick<Readonly<Chunk>, "firstLine" | "lines">;

export async function readLines<Piece extends LogPiece>(
  log: LogSource<Piece>,
  from: number,
  to: number,
  options: LinesOptions = {},
): Promise<readonly LogLine[]> {
  const { maxLineBytes = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY } = options;
  const facts = log.facts();
  const whole = log.wholeLines;
  const open = log.openLine();
  const end = Math.min(to, facts.lines);
  const lines: LogLine[] = [];
  let size = 0;
  const isFull = (): boolean => size > maxBytes;
  const miss = (until: number): void => {
    while (from + lines.length < until && !isFull()) {
      lines.push(null);
      size += 4;
    }
  };
  for (const chunk of log.chunksOf(from, Math.min(end, whole))) {
    miss(Math.min(chunk.firstLine, end));
    if (isFull()) return lines;
    const bytes = await log.bytesOf(chunk);
    if (bytes === null) continue;
    const first = startOfLine(bytes, from + lines.length - chunk.firstLine);
    const last = Math.min(end, chunk.firstLine + chunk.lines);
    const rest = bytes.subarray(first);
    const part = rest.subarray(0, startOfLine(rest, last - from - lines.length));
    for (const line of splitLines(part, maxLineBytes)) {
      if (isFull()) return lines;
      lines.push(line);
      size += line.length + 4;
    }
  }
  miss(Math.min(end, whole));
  if (end > whole && from + lines.length === whole && !isFull())
    lines.push(...splitLines(Buffer.concat([Buffer.from(open), LINE_END]), maxLineBytes));
  return lines;
}

export async function searchLog<Piece extends LogPiece>(
  log: LogSource<Piece>,
  search: LogSearch,
): Promise<LogSearchResult> {
  const { query, matchCase, from = 0, limit, maxBytes, signal } = search;
  const pattern = patternOf(query, matchCase);
  const whole = log.wholeLines;
  const open = log.openLine();
  const lines: number[] = [];
  let count = 0;
  let size = 0;
  const look = (text: string, firstLine: number): void => {
    const found = searchText(text, pattern, firstLine, limit - lines.length);
    for (const line of found.lines) lines.push(line);
    count += found.count;
  };
  for (const chunk of log.chunksOf(from, whole)) {
    if (size >= maxBytes || signal?.aborted) return { lines, count, next: chunk.firstLine };
    const bytes = await log.bytesOf(chunk);
    if (bytes === null) continue;
    size += bytes.length;
    const skipped = Math.max(0, from - chunk.firstLine);
    look(bytes.subarray(startOfLine(bytes, skipped)).toString("utf8"), chunk.firstLine + skipped);
  }
  if (open !== "" && from <= whole) look(open, whole);
  return { lines, count, next: null };
}

export async function* readText<Piece extends LogPiece>(log: LogSource<Piece>): AsyncGenerator<Uint8Array> {
  const whole = log.wholeLines;
  const open = log.openLine();
  let next = 0;
  for (const chunk of log.chunksOf(0, whole)) {
    const bytes = await log.bytesOf(chunk);
    if (bytes === null) continue;
    if (chunk.firstLine > next) yield missingLine(chunk.firstLine - next);
    yield bytes;
    next = chunk.firstLine + chunk.lines;
  }
  if (next < whole) yield missingLine(whole - next);
  if (open !== "") yield Buffer.from(open);
}

function missingLine(lines: number): Buffer {
  return Buffer.from(`[Loopbook: ${lines.toLocaleString("en")} lines had to go for want of disk space.]\n`);
}
