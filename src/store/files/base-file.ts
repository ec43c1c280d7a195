/**
 * The file as we last read or wrote it, to take unchanged parts from. Whoever reads from it asks at the end whether
 * it stayed the same; only then is what was read worth something.
 */
import { type FileHandle, open } from "node:fs/promises";
import { type FileMark, markOfOpen, sameMark } from "./file-mark.ts";

const WINDOW_LENGTH = 64 * 1024;

/** One window is kept for the next save, as one block is (see the encoder). */
let spare: Buffer | null = null;

function takeWindow(): Buffer {
  const window = spare ?? Buffer.allocUnsafeSlow(WINDOW_LENGTH);
  spare = null;
  return window;
}

export class BaseFile {
  private readonly file: FileHandle;
  private readonly mark: FileMark;
  private readonly window = takeWindow();
  private start = 0;
  private end = 0;

  private constructor(file: FileHandle, mark: FileMark) {
    this.file = file;
    this.mark = mark;
  }

  /** Null: it is not there, or not what it was. */
  static async open(path: string, mark: FileMark): Promise<BaseFile | null> {
    const file = await open(path, "r").catch(() => null);
    if (file === null) return null;
    const base = new BaseFile(file, mark);
    if (await base.isSame()) return base;
    await base.close();
    return null;
  }

  /** Bytes from here on that are in memory; only until the next call of `load`. May be empty. */
  peek(start: number, end: number): Uint8Array {
    if (start < this.start || start >= this.end) return this.window.subarray(0, 0);
    return this.window.subarray(start - this.start, Math.min(end, this.end) - this.start);
  }

  /** Brings what stands from here on into memory. @throws Error when there is nothing. */
  async load(start: number): Promise<void> {
    this.end = 0;
    const { bytesRead } = await this.file.read(this.window, 0, WINDOW_LENGTH, start);
    if (bytesRead === 0) throw new BaseChanged();
    this.start = start;
    this.end = start + bytesRead;
  }

  async isSame(): Promise<boolean> {
    const mark = await markOfOpen(this.file).catch(() => null);
    return mark !== null && sameMark(mark, this.mark);
  }

  async close(): Promise<void> {
    spare = this.window;
    await this.file.close().catch(() => {});
  }
}

/** What was read from the base may be of two versions. */
export class BaseChanged extends Error {}
