/**
 * What a kernel said, on disk: an append-only file in segments, each named by its first sequence number. A segment
 * whose end was acknowledged is removed. When the whole is larger than its limit, outputs in the oldest segments make
 * room: a run of them becomes one line that says how many are missing. Beginnings, ends, replies and deaths stay.
 *
 * Its writer is the holder; it is written for the next process, not for the next boot: nothing is forced to the disk,
 * because the kernel does not survive the machine either. A segment is rewritten beside its place and renamed, so
 * whoever reads at any moment finds each entry once (by its number) or, when it was acknowledged or cut, not at all.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { encodeFrame, type Frame, frameAt, HEADER_BYTES, jsonOf, KIND, seqOf } from "./frames.ts";
import { withoutOutputs } from "./spool-cut.ts";

export interface SpoolLimits {
  /** Default 4 MiB; one larger entry has a segment of its own. */
  readonly segmentBytes?: number;
  /** Of all segments. Default 256 MiB. */
  readonly limitBytes?: number;
}

interface Segment {
  readonly path: string;
  first: number;
  last: number;
  bytes: number;
  /** Its outputs are gone already. */
  isCut: boolean;
}

const SUFFIX = ".spool";
/** Entries gathered before they are written, in bytes; fewer are written at the end of the turn. */
const BATCH_BYTES = 256 * 1024;

/** What a disk that takes nothing leaves in memory; beyond, outputs among it make room. */
const MAX_PENDING_BYTES = 32 * 1024 ** 2;

const fileOf = (folder: string, first: number): string =>
  join(folder, `${String(first).padStart(15, "0")}${SUFFIX}`);

export class Spool {
  private readonly folder: string;
  private readonly segmentBytes: number;
  private readonly limitBytes: number;
  private readonly segments: Segment[] = [];
  private descriptor: number | null = null;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private isFlushing = false;
  private next = 1;
  private acknowledged = 0;
  /** Why the newest entries could not be written: a full disk. */
  private failure: string | null = null;

  constructor(folder: string, limits: SpoolLimits = {}) {
    this.folder = folder;
    this.segmentBytes = limits.segmentBytes ?? 4 * 1024 ** 2;
    this.limitBytes = limits.limitBytes ?? 256 * 1024 ** 2;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  get lastSeq(): number {
    return this.next - 1;
  }

  get acknowledgedSeq(): number {
    return this.acknowledged;
  }

  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0) + this.pendingBytes;
  }

  /** Null, or why the newest entries are in memory only. */
  get problem(): string | null {
    return this.failure;
  }

  /** Gives the entry as it is sent, too. On disk at the end of the turn at the latest. */
  append(kind: number, body: readonly Uint8Array[]): Buffer {
    const frame = encodeFrame(kind, this.next++, body);
    this.pending.push(frame);
    this.pendingBytes += frame.byteLength;
    if (this.pendingBytes >= BATCH_BYTES) this.flush();
    else if (!this.isFlushing) {
      this.isFlushing = true;
      setImmediate(() => {
        this.isFlushing = false;
        this.flush();
      });
    }
    return frame;
  }

  /** Everything up to here is kept elsewhere. */
  acknowledge(seq: number): void {
    if (seq <= this.acknowledged || seq > this.lastSeq) return;
    this.acknowledged = seq;
    this.append(KIND.acknowledged, [Buffer.from(JSON.stringify({ seq }), "utf8")]);
    this.flush();
    while (this.segments.length > 1) {
      const [oldest] = this.segments;
      if (oldest === undefined || oldest.last > seq) break;
      rmSync(oldest.path, { force: true });
      this.segments.shift();
    }
  }

  /** Entries from this number on: at most the rest of one segment. Empty at the end. */
  read(from: number): { readonly bytes: Buffer; readonly next: number } {
    this.flush();
    const segment = this.segments.find(({ last }) => last >= from);
    if (segment === undefined) {
      // Nothing there, or a disk that takes nothing: then from memory.
      const bytes = Buffer.concat(this.pending);
      return { bytes: bytes.subarray(startOf(bytes, from)), next: Math.max(from, this.next) };
    }
    const bytes = readFileSync(segment.path);
    return { bytes: bytes.subarray(startOf(bytes, from)), next: segment.last + 1 };
  }

  flush(): void {
    while (this.pending.length > 0) {
      const batch = this.takeBatch();
      try {
        this.write(batch);
        this.failure = null;
      } catch (error) {
        this.failure = error instanceof Error ? error.message : String(error);
        if (this.pendingBytes > MAX_PENDING_BYTES) this.cutPending();
        return;
      }
    }
    this.keepLimit();
  }

  /** The files stay. */
  close(): void {
    this.flush();
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  /** As many as fit the segment that is being written. */
  private takeBatch(): Buffer[] {
    const current = this.segments.at(-1);
    let room = this.segmentBytes - (current?.bytes ?? this.segmentBytes);
    if (current === undefined || room <= 0) room = this.segmentBytes;
    const batch: Buffer[] = [];
    for (const frame of this.pending) {
      if (batch.length > 0 && frame.byteLength > room) break;
      batch.push(frame);
      room -= frame.byteLength;
    }
    return batch;
  }

  private write(batch: readonly Buffer[]): void {
    const [head] = batch;
    if (head === undefined) return;
    const first = seqOf(head);
    const last = seqOf(batch.at(-1) ?? head);
    const bytes = batch.length === 1 ? head : Buffer.concat(batch);
    let segment = this.segments.at(-1);
    if (segment === undefined || this.descriptor === null || segment.bytes >= this.segmentBytes) {
      if (this.descriptor !== null) closeSync(this.descriptor);
      const path = fileOf(this.folder, first);
      this.descriptor = openSync(path, "w", 0o600);
      segment = { path, first, last: first - 1, bytes: 0, isCut: false };
      this.segments.push(segment);
    }
    for (let done = 0; done < bytes.byteLength; ) {
      // What a full disk leaves half is taken up where it stopped; a reader ignores a torn end.
      done += writeSync(this.descriptor, bytes, done, bytes.byteLength - done, segment.bytes + done);
    }
    segment.bytes += bytes.byteLength;
    segment.last = last;
    this.pending.splice(0, batch.length);
    this.pendingBytes -= bytes.byteLength;
  }

  private cutPending(): void {
    const kept = withoutOutputs(framesOf(Buffer.concat(this.pending)));
    this.pending = kept.map(({ kind, seq, body }) => encodeFrame(kind, seq, [body]));
    this.pendingBytes = this.pending.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  private keepLimit(): void {
    let excess = this.bytes - this.limitBytes;
    while (excess > 0) {
      const at = this.segments.findIndex(({ isCut }) => !isCut);
      const segment = this.segments[at];
      if (segment === undefined || at === this.segments.length - 1) return;
      excess -= this.cut(at);
    }
  }

  /** Takes the outputs out of a segment; joins it with the one before it when that was cut, too. */
  private cut(at: number): number {
    const segment = this.segments[at];
    const before = this.segments[at - 1];
    if (segment === undefined) return 0;
    const joins = before?.isCut === true && before.bytes < this.segmentBytes / 4;
    const files = joins ? [before, segment] : [segment];
    const frames = files.flatMap(({ path }) => framesOf(readFileSync(path)));
    const kept = withoutOutputs(frames).map(({ kind, seq, body }) => encodeFrame(kind, seq, [body]));
    const bytes = Buffer.concat(kept);
    const target = files[0] ?? segment;
    const temporary = `${target.path}.new`;
    writeFileSync(temporary, bytes, { mode: 0o600 });
    renameSync(temporary, target.path);
    const freed = files.reduce((sum, file) => sum + file.bytes, 0) - bytes.byteLength;
    if (joins) {
      rmSync(segment.path, { force: true });
      this.segments.splice(at, 1);
    }
    Object.assign(target, { last: segment.last, bytes: bytes.byteLength, isCut: true });
    return freed;
  }
}

/** Where the first entry of this number or a later one begins. */
function startOf(bytes: Buffer, from: number): number {
  let at = 0;
  for (let frame = frameAt(bytes, at); frame !== null; frame = frameAt(bytes, at)) {
    if (frame.seq >= from) return at;
    at += HEADER_BYTES + frame.body.byteLength;
  }
  return bytes.byteLength;
}

/** Whole frames; a torn end is left out. */
export function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  for (let frame = frameAt(bytes, at); frame !== null; frame = frameAt(bytes, at)) {
    frames.push(frame);
    at += HEADER_BYTES + frame.body.byteLength;
  }
  return frames;
}

/**
 * What the spool of a holder that is gone still has to tell: entries that nobody acknowledged, in order, each once.
 * One segment is in memory at a time.
 */
export function* leftInSpool(folder: string): Generator<Frame> {
  const files = spoolFiles(folder);
  let acknowledged = 0;
  for (const file of files) {
    for (const frame of framesOf(readFileSync(file))) {
      if (frame.kind !== KIND.acknowledged) continue;
      const { seq } = jsonOf(frame);
      if (typeof seq === "number") acknowledged = Math.max(acknowledged, seq);
    }
  }
  let last = acknowledged;
  for (const file of files) {
    for (const frame of framesOf(readFileSync(file))) {
      if (frame.seq <= last) continue;
      last = frame.seq;
      yield frame;
    }
  }
}

export function spoolBytes(folder: string): number {
  return spoolFiles(folder).reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function spoolFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(SUFFIX))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
