/**
 * Writes a log into the spool. What `append` was given is with the operating system when it returns: it outlives this
 * process, however that ends. It never throws: what cannot be kept is counted.
 */
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../util/errors.ts";
import { type AttachFile, segmentName, writeWhole } from "./spool-folder.ts";

const SEGMENT_BYTES = 4 * 1024 * 1024;
/** What may wait on disk for a server; beyond, records are dropped and counted. */
const WAITING_LIMIT_BYTES = 1024 ** 3;

export interface Dropped {
  readonly count: number;
  readonly why: string;
}

export class SpoolWriter {
  readonly folder: string;
  private file: number | null = null;
  private segmentStart = 0;
  private end_ = 0;
  private received = 0;
  private dropped: { count: number; why: string } | null = null;
  private readonly limit: number;

  private constructor(folder: string, limit: number) {
    this.folder = folder;
    this.limit = limit;
  }

  /** Never throws: where no folder can be made, everything is counted as dropped. */
  static create(folder: string, attach: AttachFile, limit = WAITING_LIMIT_BYTES): SpoolWriter {
    const writer = new SpoolWriter(folder, limit);
    try {
      mkdirSync(join(folder, "blobs"), { recursive: true, mode: 0o700 });
      writeWhole(join(folder, "attach.json"), JSON.stringify(attach));
      writer.file = openSync(join(folder, segmentName(0)), "w", 0o600);
    } catch (error) {
      writer.drop(0, messageOf(error));
    }
    return writer;
  }

  /** Behind the last whole record. */
  get end(): number {
    return this.end_;
  }

  /** Whether there is a spool at all. */
  get works(): boolean {
    return this.file !== null;
  }

  /** The server has this much: makes room under the limit. */
  told(received: number): void {
    this.received = Math.max(this.received, received);
  }

  /** Records, kept all or none. `count`: how many things of the caller's they are. */
  append(records: readonly Uint8Array[], count = 1): boolean {
    const bytes = Buffer.concat(records);
    if (this.file === null) return this.drop(count, "there is no spool");
    if (this.end_ - this.received + bytes.byteLength > this.limit)
      return this.drop(count, "the spool is full: the server did not take what waits");
    try {
      if (this.end_ > this.segmentStart && this.end_ - this.segmentStart + bytes.byteLength > SEGMENT_BYTES)
        this.nextSegment();
      writeAll(this.file, bytes, this.end_ - this.segmentStart);
      this.end_ += bytes.byteLength;
      return true;
    } catch (error) {
      this.cut();
      return this.drop(count, messageOf(error));
    }
  }

  /** Bytes by content; in place before the record that names them is appended. */
  putBlob(sha256: string, bytes: Uint8Array): boolean {
    const path = join(this.folder, "blobs", sha256);
    try {
      if (existsSync(path)) return true;
      writeFileSync(`${path}.tmp`, bytes, { mode: 0o600 });
      renameSync(`${path}.tmp`, path);
      return true;
    } catch (error) {
      return this.drop(1, messageOf(error));
    }
  }

  /** What could not be kept since this was asked last. */
  takeDropped(): Dropped | null {
    const { dropped } = this;
    this.dropped = null;
    return dropped;
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private nextSegment(): void {
    const next = openSync(join(this.folder, segmentName(this.end_)), "w", 0o600);
    if (this.file !== null) closeSync(this.file);
    this.file = next;
    this.segmentStart = this.end_;
  }

  /** Half of a record may be there when the disk became full. */
  private cut(): void {
    try {
      if (this.file !== null) ftruncateSync(this.file, this.end_ - this.segmentStart);
    } catch {
      // A reader stops at a record that is not whole; the next one overwrites it.
    }
  }

  private drop(count: number, why: string): false {
    this.dropped = { count: (this.dropped?.count ?? 0) + count, why };
    return false;
  }
}

function writeAll(file: number, bytes: Uint8Array, at: number): void {
  let written = 0;
  while (written < bytes.byteLength)
    written += writeSync(file, bytes, written, bytes.byteLength - written, at + written);
}
