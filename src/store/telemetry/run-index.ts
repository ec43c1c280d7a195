/**
 * `index` of a run's folder: one frame for each commit, with a checksum: which blocks and chunks came, up to where the
 * journal is in them, how far each writer is. The last whole frame is the truth; what is torn behind it never happened.
 * Beside it `state.<n>`: what each commit replaces (shapes of writers, templates of lines).
 */
import { constants } from "node:fs";
import { type FileHandle, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { emptySummary, type Summary } from "../../telemetry/summary.ts";
import { syncFolder } from "../sync-folder.ts";
import type { FactChunk } from "./fact-chunk.ts";
import { writeAll } from "./journal.ts";
import type { PointBlock } from "./point-block.ts";

export interface CommitHead {
  readonly number: number;
  /** The first segment of the journal that is not in blocks. */
  readonly journal: number;
  /** Names of series that are new, in the order of their numbers. */
  readonly series: readonly string[];
  readonly received: Readonly<Record<string, number>>;
  /** The files that are written now, and how much of them counts. */
  readonly file: number;
  readonly pointsBytes: number;
  readonly keptBytes: number;
}

export interface Commit extends CommitHead {
  readonly blocks: readonly { readonly series: number; readonly block: PointBlock }[];
  readonly chunks: readonly FactChunk[];
}

const SUMMARY_KEYS = Object.keys(emptySummary()) as (keyof Summary)[];
const BLOCK_NUMBERS = SUMMARY_KEYS.length + 6;
const CHUNK_NUMBERS = 13;

export class RunIndex {
  private readonly folder: string;
  private size = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  get bytes(): number {
    return this.size;
  }

  /** Every commit, oldest first. */
  async read(): Promise<readonly Commit[]> {
    const bytes = await readFile(join(this.folder, "index")).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return Buffer.alloc(0);
      throw error;
    });
    const commits: Commit[] = [];
    let at = 0;
    while (at + 8 <= bytes.length) {
      const length = bytes.readUInt32LE(at);
      const frame = bytes.subarray(at + 8, at + 8 + length);
      if (frame.length < length || crc32(frame) !== bytes.readUInt32LE(at + 4)) break;
      commits.push(decode(frame));
      at += 8 + length;
    }
    this.size = at;
    return commits;
  }

  async append(commit: Commit, sync: boolean): Promise<void> {
    const frame = encode(commit);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(frame.byteLength, 0);
    head.writeUInt32LE(crc32(frame), 4);
    const handle = await this.openForWriting();
    try {
      // Of a commit that was cut off: its rest must not be taken for what follows this one.
      await handle.truncate(this.size);
      await writeAll(handle, [head, frame], this.size);
      if (sync) await handle.datasync();
    } finally {
      await handle.close();
    }
    this.size += 8 + frame.byteLength;
  }

  async writeState(number: number, state: unknown, sync: boolean): Promise<void> {
    const bytes = zstdCompressSync(Buffer.from(JSON.stringify(state)));
    await writeFile(this.statePath(number), bytes, { mode: 0o600, flush: sync });
    if (sync) await syncFolder(this.folder);
  }

  async readState(number: number): Promise<unknown> {
    return JSON.parse(zstdDecompressSync(await readFile(this.statePath(number))).toString());
  }

  async forgetState(number: number): Promise<void> {
    await rm(this.statePath(number), { force: true });
  }

  private openForWriting(): Promise<FileHandle> {
    return open(join(this.folder, "index"), constants.O_WRONLY | constants.O_CREAT, 0o600);
  }

  private statePath(number: number): string {
    return join(this.folder, `state.${number}`);
  }
}

function encode({ blocks, chunks, ...head }: Commit): Buffer {
  const text = Buffer.from(JSON.stringify({ ...head, blocks: blocks.length, chunks: chunks.length }));
  const numbers = new Float64Array(blocks.length * BLOCK_NUMBERS + chunks.length * CHUNK_NUMBERS);
  let at = 0;
  for (const { series, block } of blocks) {
    const { summary, file, pointsAt, pointsLength, levelsAt, levelsLength } = block;
    for (const key of SUMMARY_KEYS) numbers[at++] = summary[key];
    for (const number of [series, file, pointsAt, pointsLength, levelsAt, levelsLength])
      numbers[at++] = number;
  }
  for (const chunk of chunks) {
    const { firstFact, facts, firstLine, lines, levelCounts, file, at: begin, marksLength, length } = chunk;
    for (const number of [
      firstFact,
      facts,
      firstLine,
      lines,
      ...levelCounts,
      file,
      begin,
      marksLength,
      length,
    ])
      numbers[at++] = number;
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, Buffer.from(numbers.buffer)]);
}

function decode(frame: Buffer): Commit {
  const length = frame.readUInt32LE(0);
  const head = JSON.parse(frame.toString("utf8", 4, 4 + length)) as CommitHead & {
    blocks: number;
    chunks: number;
  };
  const numbers = new Float64Array(Uint8Array.from(frame.subarray(4 + length)).buffer);
  let at = 0;
  const next = (): number => numbers[at++] ?? 0;
  const blocks = Array.from({ length: head.blocks }, () => {
    const summary = emptySummary();
    for (const key of SUMMARY_KEYS) summary[key] = next();
    const series = next();
    const block = {
      summary,
      file: next(),
      pointsAt: next(),
      pointsLength: next(),
      levelsAt: next(),
      levelsLength: next(),
    };
    return { series, block };
  });
  const chunks = Array.from({ length: head.chunks }, () => ({
    ...{ firstFact: next(), facts: next(), firstLine: next(), lines: next() },
    levelCounts: Array.from({ length: 5 }, next),
    ...{ file: next(), at: next(), marksLength: next(), length: next() },
  }));
  return { ...head, blocks, chunks };
}
