/**
 * One log on disk: files of about a megabyte, each of whole lines, named by the number of its first line and where in
 * the log it begins. So the names are the index: a line is found by a search over them and a look into one file. A
 * torn end needs no mending: whatever was written is the beginning of what was meant.
 *
 * The last line, which its program may still take back, is in memory, and on disk from `flush` on.
 */
import {
  closeSync,
  constants,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LogFacts } from "../../document/output-store.ts";
import type { OutputRef } from "../../util/ids.ts";
import { countLineEnds, endOfWholeText } from "./line-ends.ts";

export const CHUNK_BYTES = 1024 * 1024;
/** What stays of a log that has to lose its middle, at each end. */
const HEAD_CHUNKS = 4;
const TAIL_CHUNKS = 4;
/** Characters of each end that are at hand without a look at the disk. */
export const END_LENGTH = 4096;

export interface Chunk {
  readonly path: string;
  readonly firstLine: number;
  readonly startByte: number;
  /** Of whole lines. */
  bytes: number;
  lines: number;
}

export interface ChunkName {
  readonly ref: string;
  readonly firstLine: number;
  readonly startByte: number;
}

export const chunkName = ({ ref, firstLine, startByte }: ChunkName): string =>
  `log.${ref}.${firstLine}.${startByte}`;

export function readChunkName(name: string): ChunkName | null {
  const match = /^log\.(out_[0-9a-z]{16})\.(\d{1,15})\.(\d{1,15})$/.exec(name);
  return match ? { ref: match[1] ?? "", firstLine: Number(match[2]), startByte: Number(match[3]) } : null;
}

export interface LogChunksOptions {
  readonly folder: string;
  readonly ref: OutputRef;
  /** Number of its state now. */
  readonly seq: number;
  readonly createdAtMs: number;
  /** Size from which on a file is full. */
  readonly chunkBytes?: number;
}

export class LogChunks {
  readonly ref: OutputRef;
  readonly createdAtMs: number;
  private readonly chunkBytes: number;
  private readonly folder: string;
  private chunks: Chunk[] = [];
  private settledBytes = 0;
  private settledLines = 0;
  /** The last line, without an end. */
  private open = "";
  private openBytes = 0;
  /** How much of it, or of an earlier state of it, is on disk behind the whole lines. */
  private flushedOpen = 0;
  private isOpenFlushed = true;
  private first = "";
  private lastSettled = "";
  private seq: number;
  /** A write failed: what comes next goes into another file, and what is between is missing. */
  private isTorn = false;
  /** Written since the last sync. */
  readonly unsynced = new Set<string>();

  constructor({ folder, ref, seq, createdAtMs, chunkBytes = CHUNK_BYTES }: LogChunksOptions) {
    this.folder = folder;
    this.ref = ref;
    this.seq = seq;
    this.createdAtMs = createdAtMs;
    this.chunkBytes = chunkBytes;
  }

  /** A log that is on disk. `names` of its files, in any order. */
  static recover(options: LogChunksOptions, names: readonly ChunkName[]): LogChunks {
    const { folder } = options;
    const log = new LogChunks(options);
    const sorted = names.toSorted((a, b) => a.startByte - b.startByte);
    for (const [index, name] of sorted.entries()) {
      const path = join(folder, chunkName(name));
      const size = statSync(path).size;
      const next = sorted[index + 1];
      const isFollowed = next !== undefined && next.startByte === name.startByte + size;
      const chunk: Chunk = { path, ...name, bytes: size, lines: 0 };
      if (isFollowed) chunk.lines = next.firstLine - name.firstLine;
      else {
        const bytes = readFileSync(path);
        chunk.lines = countLineEnds(bytes);
        chunk.bytes = bytes.lastIndexOf(0x0a) + 1;
        if (next === undefined) log.takeOpen(bytes.subarray(chunk.bytes));
      }
      log.chunks.push(chunk);
    }
    const last = log.chunks.at(-1);
    if (last) {
      log.settledBytes = last.startByte + last.bytes;
      log.settledLines = last.firstLine + last.lines;
    }
    log.readEnds();
    return log;
  }

  facts(): LogFacts {
    return {
      seq: this.seq,
      bytes: this.settledBytes + this.openBytes,
      lines: this.settledLines + (this.open === "" ? 0 : 1),
      missing: this.missing(),
    };
  }

  /** What it takes on disk. */
  get size(): number {
    return this.chunks.reduce((sum, { bytes }) => sum + bytes, 0) + this.openBytes;
  }

  ends(): { readonly first: string; readonly last: string } {
    const first = this.first.length < END_LENGTH ? (this.first + this.open).slice(0, END_LENGTH) : this.first;
    return { first, last: (this.lastSettled + this.open).slice(-END_LENGTH) };
  }

  openLine(): string {
    return this.open;
  }

  /** Those that hold lines `from` up to `to`; for reading, which may find that one has gone meanwhile. */
  chunksOf(from: number, to: number): readonly Readonly<Chunk>[] {
    let low = 0;
    for (let high = this.chunks.length; low < high; ) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle];
      if (chunk && chunk.firstLine + chunk.lines <= from) low = middle + 1;
      else high = middle;
    }
    const found: Chunk[] = [];
    for (let at = low; at < this.chunks.length; at++) {
      const chunk = this.chunks[at];
      if (!chunk || chunk.firstLine >= to) break;
      found.push({ ...chunk });
    }
    return found;
  }

  /** Null: it has been given up meanwhile. */
  async bytesOf({ path, bytes }: Readonly<Chunk>): Promise<Buffer | null> {
    try {
      const all = await readFile(path);
      return all.length >= bytes ? all.subarray(0, bytes) : null;
    } catch {
      return null;
    }
  }

  /** Whole lines so far. */
  get wholeLines(): number {
    return this.settledLines;
  }

  /** @throws the system's error; what could not be written is missing from then on. */
  append(drop: number, text: string, nextSeq: number): void {
    this.seq = nextSeq;
    const kept = drop > 0 ? this.open.slice(0, Math.max(0, this.open.length - drop)) : this.open;
    const end = text.lastIndexOf("\n") + 1;
    this.isOpenFlushed = false;
    if (end === 0) {
      this.openBytes +=
        Buffer.byteLength(text) - (drop > 0 ? Buffer.byteLength(this.open.slice(kept.length)) : 0);
      this.open = kept + text;
      return;
    }
    const settled = kept + text.slice(0, end);
    this.open = text.slice(end);
    this.openBytes = Buffer.byteLength(this.open);
    if (this.first.length < END_LENGTH) this.first += settled.slice(0, END_LENGTH - this.first.length);
    this.lastSettled = (settled.length < END_LENGTH ? this.lastSettled + settled : settled).slice(
      -END_LENGTH,
    );
    this.settle(Buffer.from(settled));
  }

  /** The last line, too, is where the death of the process does not reach it. @throws the system's error. */
  flush(): void {
    if (this.isOpenFlushed) return;
    const bytes = Buffer.from(this.open);
    this.write(this.current(), (file, at) => {
      if (this.flushedOpen > bytes.length) ftruncateSync(file, at);
      writeAll(file, bytes, at);
      this.flushedOpen = bytes.length;
    });
    this.isOpenFlushed = true;
  }

  /** Gives the oldest of its middle up. @returns what that freed; 0: there is no more to give. */
  trim(): number {
    if (this.chunks.length <= HEAD_CHUNKS + TAIL_CHUNKS) return 0;
    const [gone] = this.chunks.splice(HEAD_CHUNKS, 1);
    if (!gone) return 0;
    rmSync(gone.path, { force: true });
    this.unsynced.delete(gone.path);
    return gone.bytes;
  }

  remove(): void {
    for (const { path } of this.chunks) rmSync(path, { force: true });
    this.chunks = [];
    this.unsynced.clear();
  }

  private missing(): LogFacts["missing"] {
    const gaps: { from: number; to: number }[] = [];
    let next = 0;
    for (const { firstLine, lines } of this.chunks) {
      if (firstLine > next) gaps.push({ from: next, to: firstLine });
      next = firstLine + lines;
    }
    if (next < this.settledLines) gaps.push({ from: next, to: this.settledLines });
    const [first] = gaps;
    return first ? { from: first.from, to: gaps.at(-1)?.to ?? first.to } : null;
  }

  private settle(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      const chunk = this.current();
      const room = Math.max(1, this.chunkBytes - chunk.bytes);
      // Up to the line's end behind what there is room for: files are of whole lines.
      const end = at + room >= bytes.length ? bytes.length : bytes.indexOf(0x0a, at + room - 1) + 1;
      const piece = bytes.subarray(at, end);
      const lines = countLineEnds(piece);
      const position = chunk.bytes;
      this.settledBytes += piece.length;
      this.settledLines += lines;
      at = end;
      try {
        this.write(chunk, (file) => {
          if (this.flushedOpen > 0) ftruncateSync(file, position);
          this.flushedOpen = 0;
          writeAll(file, piece, position);
        });
      } catch (error) {
        this.isTorn = true;
        // The rest is missing as well.
        const rest = bytes.subarray(at);
        this.settledBytes += rest.length;
        this.settledLines += countLineEnds(rest);
        throw error;
      }
      chunk.bytes += piece.length;
      chunk.lines += lines;
    }
  }

  /** The file that is written now; a full one is followed by the next. */
  private current(): Chunk {
    const last = this.chunks.at(-1);
    if (last && last.bytes < this.chunkBytes && !this.isTorn) return last;
    if (last && this.flushedOpen > 0) this.write(last, (file, at) => ftruncateSync(file, at));
    this.flushedOpen = 0;
    const name = { ref: this.ref, firstLine: this.settledLines, startByte: this.settledBytes };
    const chunk = { path: join(this.folder, chunkName(name)), ...name, bytes: 0, lines: 0 };
    this.chunks.push(chunk);
    this.isTorn = false;
    return chunk;
  }

  private write(chunk: Chunk, write: (file: number, at: number) => void): void {
    const file = openSync(chunk.path, constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      this.unsynced.add(chunk.path);
      write(file, chunk.bytes);
    } finally {
      closeSync(file);
    }
  }

  private takeOpen(bytes: Buffer): void {
    this.open = bytes.subarray(0, endOfWholeText(bytes)).toString("utf8");
    this.openBytes = Buffer.byteLength(this.open);
    this.flushedOpen = bytes.length;
  }

  private readEnds(): void {
    const text = (chunk: Chunk): string => readFileSync(chunk.path).subarray(0, chunk.bytes).toString("utf8");
    for (let at = 0; at < this.chunks.length && this.first.length < END_LENGTH; at++) {
      const chunk = this.chunks[at];
      if (chunk) this.first = (this.first + text(chunk)).slice(0, END_LENGTH);
    }
    for (let at = this.chunks.length - 1; at >= 0 && this.lastSettled.length < END_LENGTH; at--) {
      const chunk = this.chunks[at];
      if (chunk) this.lastSettled = (text(chunk) + this.lastSettled).slice(-END_LENGTH);
    }
  }
}

function writeAll(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
}
