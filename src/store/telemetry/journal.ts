/**
 * What writers sent, as it came, until its points and lines are in blocks: files `journal.<n>` of frames with a
 * checksum. Frames that wait are written and synced together. A torn end is what was never acknowledged; after a
 * write that failed the next file is begun, so that nothing stands behind a torn frame.
 */
import { constants } from "node:fs";
import { type FileHandle, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { LogMode } from "../../telemetry/writer-log.ts";
import { syncFolder } from "../sync-folder.ts";

export interface Frame {
  readonly writer: string;
  readonly mode: LogMode;
  /** Where it begins in the writer's log: bytes, or lines. */
  readonly offset: number;
  readonly payload: Uint8Array;
}

/** `power`: acknowledged is what survives the loss of power. `process`: what survives the death of this process. */
export type Durability = "power" | "process";

const HEADER_BYTES = 24;
const MAGIC = 0x314a_424c;

export class Journal {
  private readonly folder: string;
  private readonly durability: Durability;
  private segment: number;
  private handle: FileHandle | null = null;
  /** Bytes in the segment that is written now. */
  private position = 0;
  /** Bytes in all segments that are there. */
  size = 0;
  /** Bytes that were ever written, and those that were found. */
  written = 0;

  constructor(folder: string, durability: Durability, segment: number) {
    this.folder = folder;
    this.durability = durability;
    this.segment = segment;
  }

  /** The segment that the next frame goes to. */
  get current(): number {
    return this.segment;
  }

  /** Every whole frame of the segments from `from` on, in order; what is written next goes behind all of them. */
  async *recover(from: number): AsyncGenerator<Frame> {
    const numbers = await segmentsOf(this.folder);
    for (const number of numbers) {
      if (number < from) {
        await rm(join(this.folder, nameOf(number)), { force: true });
        continue;
      }
      const bytes = await readFile(join(this.folder, nameOf(number)));
      this.size += bytes.byteLength;
      this.written += bytes.byteLength;
      yield* readFrames(bytes);
    }
    this.segment = Math.max(from, (numbers.at(-1) ?? from - 1) + 1);
  }

  /** Settles when all of them are durable. @throws the system's error; then none of them counts. */
  async write(frames: readonly Frame[]): Promise<void> {
    const parts = frames.flatMap((frame) => [headerOf(frame), frame.payload]);
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    try {
      this.handle ??= await this.begin();
      await writeAll(this.handle, parts, this.position);
      if (this.durability === "power") await this.handle.datasync();
    } catch (error) {
      await this.turn().catch(() => {});
      throw error;
    }
    this.position += bytes;
    this.size += bytes;
    this.written += bytes;
  }

  /** The next frame goes into another file. */
  async turn(): Promise<number> {
    const { handle } = this;
    this.handle = null;
    if (handle !== null || this.position > 0) this.segment++;
    this.position = 0;
    await handle?.close();
    return this.segment;
  }

  /** Those before this one are in blocks. */
  async forget(before: number): Promise<void> {
    for (const number of await segmentsOf(this.folder)) {
      if (number >= before) continue;
      const path = join(this.folder, nameOf(number));
      this.size -= (await stat(path).catch(() => null))?.size ?? 0;
      await rm(path, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = null;
  }

  private async begin(): Promise<FileHandle> {
    // Of a failed attempt before, or of a process that was killed before it wrote: never appended to.
    const path = join(this.folder, nameOf(this.segment));
    const handle = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
    if (this.durability === "power") await syncFolder(this.folder);
    return handle;
  }
}

function headerOf({ writer, mode, offset, payload }: Frame): Uint8Array {
  const name = Buffer.from(writer);
  const header = Buffer.alloc(HEADER_BYTES + name.length);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(payload.byteLength, 8);
  header.writeUInt8(mode === "lines" ? 1 : 0, 12);
  header.writeUInt8(name.length, 13);
  header.writeDoubleLE(offset, 16);
  name.copy(header, HEADER_BYTES);
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(8))), 4);
  return header;
}

function* readFrames(bytes: Buffer): Generator<Frame> {
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8);
    const begin = at + HEADER_BYTES + bytes.readUInt8(at + 13);
    const end = begin + length;
    if (bytes.readUInt32LE(at) !== MAGIC || end > bytes.length) return;
    if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) return;
    yield {
      writer: bytes.toString("utf8", at + HEADER_BYTES, begin),
      mode: bytes.readUInt8(at + 12) === 1 ? "lines" : "bytes",
      offset: bytes.readDoubleLE(at + 16),
      payload: bytes.subarray(begin, end),
    };
    at = end;
  }
}

export async function writeAll(
  handle: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
): Promise<void> {
  const total = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { bytesWritten } = await handle.writev(parts, position);
  if (bytesWritten === total) return;
  // The disk took a part of it: the rest says why.
  const rest = Buffer.concat(parts).subarray(bytesWritten);
  for (let done = 0; done < rest.length; )
    done += (await handle.write(rest, done, rest.length - done, position + bytesWritten + done)).bytesWritten;
}

const nameOf = (segment: number): string => `journal.${segment}`;

async function segmentsOf(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names
    .map((name) => Number(/^journal\.(\d+)$/.exec(name)?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => a - b);
}
