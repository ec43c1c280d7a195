/**
 * A file of lines, only ever added to, each durable before its writer goes on. Lines are numbered from 0: the number is
 * what makes a delivery count once. What a crash tore off was not acknowledged, and is taken away when it is opened.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, stat, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../../store/sync-folder.ts";

const READ_BYTES = 256 * 1024;
const NEWLINE = 10;

interface Waiting {
  readonly lines: readonly string[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Whole lines from a place on, and the place behind them. */
export interface SpooledLines {
  readonly lines: readonly string[];
  readonly end: number;
}

export class LineSpool {
  private readonly path: string;
  private file: FileHandle | null = null;
  private waiting: Waiting[] = [];
  private work: Promise<void>;
  private bytes = 0;
  private count = 0;

  private constructor(path: string, bytes: number, count: number) {
    this.path = path;
    this.bytes = bytes;
    this.count = count;
    this.work = Promise.resolve();
  }

  /** @param onLine told of each line that is there already, in order. */
  static async open(path: string, onLine?: (line: string) => void): Promise<LineSpool> {
    let bytes = 0;
    let count = 0;
    for (;;) {
      const { lines, end } = await readLines(path, bytes, READ_BYTES);
      if (lines.length === 0) break;
      if (onLine) for (const line of lines) onLine(line);
      bytes = end;
      count += lines.length;
    }
    if ((await sizeOf(path)) > bytes) await truncate(path, bytes);
    return new LineSpool(path, bytes, count);
  }

  /** Durable lines. */
  get length(): number {
    return this.count;
  }

  /** What waits while the disk writes goes together in the next write. */
  append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ lines, resolve, reject }) === 1) this.work = this.work.then(() => this.write());
    });
  }

  /** What was handed over is written, or was refused. */
  async settled(): Promise<void> {
    await this.work;
  }

  read(from: number, maxBytes: number): Promise<SpooledLines> {
    return readLines(this.path, from, maxBytes, this.bytes);
  }

  /** Lets go of the file; the next line opens it again. */
  async rest(): Promise<void> {
    await this.work;
    const { file } = this;
    this.file = null;
    await file?.close().catch(() => {});
  }

  private async write(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    const lines = batch.flatMap((one) => one.lines);
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    try {
      this.file ??= await this.openFile();
      // At its place, so that what a full disk cut off is written over by the next try.
      await this.file.write(text, 0, text.length, this.bytes);
      await this.file.datasync();
      this.bytes += text.length;
      this.count += lines.length;
      for (const { resolve } of batch) resolve();
    } catch (error) {
      const { file } = this;
      this.file = null;
      await file?.close().catch(() => {});
      await truncate(this.path, this.bytes).catch(() => {});
      for (const { reject } of batch) reject(error);
    }
  }

  private async openFile(): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const file = await open(this.path, constants.O_RDWR | constants.O_CREAT, 0o600);
    if (this.bytes === 0) await syncFolder(dirname(this.path));
    return file;
  }
}

async function readLines(path: string, from: number, maxBytes: number, end?: number): Promise<SpooledLines> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return { lines: [], end: from };
  try {
    // A line longer than the piece is read whole: the piece grows until it has one.
    for (let length = maxBytes; ; length *= 4) {
      const wanted = end === undefined ? length : Math.min(length, end - from);
      if (wanted <= 0) return { lines: [], end: from };
      const buffer = Buffer.alloc(wanted);
      const { bytesRead } = await file.read(buffer, 0, wanted, from);
      const last = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
      if (last >= 0) return { lines: buffer.toString("utf8", 0, last).split("\n"), end: from + last + 1 };
      if (bytesRead < length) return { lines: [], end: from };
    }
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
