/**
 * The newest state of each value (or text: what it is, is its owner's affair), packed: states are appended to files of some megabytes (a file for each would cost
 * more than what is in it), and a file whose states are mostly replaced by newer ones is emptied into the newest and
 * removed. A record:
 *
 *   u32 length of what follows the checksum | u32 CRC-32 of it | u48 number | ref, 20 bytes | content: the output as JSON
 *
 * Little-endian. What is written waits in memory until `flush`; a value that changes a hundred times a second costs
 * the disk one record a flush. A torn last record is cut off.
 */
import { closeSync, constants, openSync, readSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Output } from "../../nbformat/notebook.ts";
import { OutputRef } from "../../util/ids.ts";

const PACK_BYTES = 8 * 1024 * 1024;
const PREFIX = 8;
const REF_BYTES = 20;
const HEAD = 6 + REF_BYTES;
const MAX_RECORD = 1 << 30;
/** What is written by one call. */
const BATCH_BYTES = 1024 * 1024;

interface Pack {
  readonly number: number;
  readonly path: string;
  bytes: number;
  live: number;
  readonly refs: Set<OutputRef>;
}

interface Place {
  readonly pack: Pack;
  readonly at: number;
  readonly length: number;
  readonly seq: number;
}

interface Waiting {
  readonly seq: number;
  readonly record: Buffer;
}

export type PackKind = "values" | "texts";

/** The number of a file of that kind; null: it is none. */
export function packNumber(kind: PackKind, name: string): number | null {
  const digits = name.startsWith(`${kind}.`) ? name.slice(kind.length + 1) : "";
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}

export class ValuePacks {
  private readonly folder: string;
  private readonly packBytes: number;
  private readonly kind: PackKind;
  private readonly packs = new Map<number, Pack>();
  private current: Pack | null = null;
  private nextNumber = 1;
  private readonly places = new Map<OutputRef, Place>();
  private readonly waiting = new Map<OutputRef, Waiting>();
  private waitingSize = 0;
  readonly unsynced = new Set<string>();

  constructor(folder: string, packBytes = PACK_BYTES, kind: PackKind = "values") {
    this.folder = folder;
    this.packBytes = packBytes;
    this.kind = kind;
  }

  /** What is on disk. `numbers` of its files. */
  recover(numbers: readonly number[]): void {
    for (const number of numbers.toSorted((a, b) => a - b)) {
      const pack = this.add(number);
      pack.bytes = this.readHeads(pack);
      this.current = pack;
    }
  }

  refs(): Iterable<OutputRef> {
    return new Set([...this.places.keys(), ...this.waiting.keys()]);
  }

  seqOf(ref: OutputRef): number | null {
    return this.waiting.get(ref)?.seq ?? this.places.get(ref)?.seq ?? null;
  }

  /** What it takes on disk; and what waits. */
  get size(): number {
    let size = this.waitingSize;
    for (const { bytes } of this.packs.values()) size += bytes;
    return size;
  }

  get waitingBytes(): number {
    return this.waitingSize;
  }

  put(ref: OutputRef, seq: number, json: Buffer): void {
    this.dropWaiting(ref);
    const record = encode(ref, seq, json);
    this.waiting.set(ref, { seq, record });
    this.waitingSize += record.length;
  }

  async get(ref: OutputRef): Promise<{ readonly output: Output; readonly seq: number } | null> {
    const kept = await this.json(ref);
    return kept && { output: JSON.parse(kept.json.toString("utf8")) as Output, seq: kept.seq };
  }

  async json(ref: OutputRef): Promise<{ readonly json: Buffer; readonly seq: number } | null> {
    const waiting = this.waiting.get(ref);
    if (waiting) return decoded(waiting.record);
    // Twice: it may be moved to another file meanwhile.
    for (let attempt = 0; attempt < 2; attempt++) {
      const place = this.places.get(ref);
      if (!place) return null;
      const file = await open(place.pack.path, "r").catch(() => null);
      if (!file) continue;
      try {
        const record = Buffer.allocUnsafe(place.length);
        const { bytesRead } = await file.read(record, 0, place.length, place.at);
        return bytesRead === place.length ? decoded(record) : null;
      } finally {
        await file.close();
      }
    }
    return null;
  }

  /** Bytes of a content; null: there is none. */
  lengthOf(ref: OutputRef): number | null {
    const length = this.waiting.get(ref)?.record.length ?? this.places.get(ref)?.length;
    return length === undefined ? null : length - PREFIX - HEAD;
  }

  /** A few bytes of a content, at once and without a look at its checksum. Null: there are none. */
  peek(ref: OutputRef, from: number, length: number): Buffer | null {
    const start = PREFIX + HEAD + from;
    const waiting = this.waiting.get(ref);
    if (waiting) return waiting.record.subarray(start, start + length);
    const place = this.places.get(ref);
    if (!place) return null;
    return readBytes(place.pack.path, place.at + start, Math.max(0, Math.min(length, place.length - start)));
  }

  remove(ref: OutputRef): void {
    this.dropWaiting(ref);
    this.forget(ref);
    this.tidy();
  }

  /** What waits is where the death of the process does not reach it. @throws the system's error; it waits on. */
  flush(): void {
    if (this.waiting.size === 0) return;
    let batch: [OutputRef, Waiting][] = [];
    let size = 0;
    for (const one of [...this.waiting]) {
      const { length } = one[1].record;
      if (batch.length > 0 && size + length > Math.min(BATCH_BYTES, this.roomLeft())) {
        this.writeTogether(batch);
        [batch, size] = [[], 0];
      }
      batch.push(one);
      size += length;
    }
    this.writeTogether(batch);
    this.tidy();
  }

  private roomLeft(): number {
    const left = this.packBytes - (this.current?.bytes ?? 0);
    return left > 0 ? left : this.packBytes;
  }

  private writeTogether(batch: readonly (readonly [OutputRef, Waiting])[]): void {
    this.write(batch.map(([ref, { seq, record }]) => ({ ref, seq, record })));
    for (const [ref] of batch) this.dropWaiting(ref);
  }

  /** All into the same file. */
  private write(records: readonly { ref: OutputRef; seq: number; record: Buffer }[]): void {
    const bytes =
      records.length === 1 && records[0]
        ? records[0].record
        : Buffer.concat(records.map(({ record }) => record));
    const pack = this.packFor(bytes.length);
    const file = openSync(pack.path, constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      this.unsynced.add(pack.path);
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, pack.bytes + done);
    } finally {
      closeSync(file);
    }
    for (const { ref, seq, record } of records) {
      this.forget(ref);
      this.note(pack, { ref, at: pack.bytes, length: record.length, seq });
      pack.bytes += record.length;
    }
  }

  private packFor(length: number): Pack {
    const { current } = this;
    if (current && (current.bytes === 0 || current.bytes + length <= this.packBytes)) return current;
    this.current = this.add(this.nextNumber);
    return this.current;
  }

  private add(number: number): Pack {
    const pack: Pack = {
      number,
      path: join(this.folder, `${this.kind}.${number}`),
      bytes: 0,
      live: 0,
      refs: new Set(),
    };
    this.packs.set(number, pack);
    this.nextNumber = Math.max(this.nextNumber, number + 1);
    return pack;
  }

  private note(pack: Pack, { ref, ...place }: Omit<Place, "pack"> & { readonly ref: OutputRef }): void {
    this.places.set(ref, { pack, ...place });
    pack.refs.add(ref);
    pack.live += place.length;
  }

  private forget(ref: OutputRef): void {
    const place = this.places.get(ref);
    if (!place) return;
    this.places.delete(ref);
    place.pack.refs.delete(ref);
    place.pack.live -= place.length;
  }

  private dropWaiting(ref: OutputRef): void {
    const waiting = this.waiting.get(ref);
    if (!waiting) return;
    this.waiting.delete(ref);
    this.waitingSize -= waiting.record.length;
  }

  /** Files that hold mostly what is replaced are emptied: each at most half of one. */
  private tidy(): void {
    for (const pack of [...this.packs.values()]) {
      const isFull = pack !== this.current || pack.bytes >= this.packBytes;
      if (pack.live === 0 ? pack.bytes > 0 : isFull && pack.live < pack.bytes / 2) this.empty(pack);
    }
  }

  private empty(pack: Pack): void {
    if (pack === this.current) this.current = null;
    for (const ref of [...pack.refs]) {
      const place = this.places.get(ref);
      const record = place && readRecord(place);
      if (!place || !record) this.forget(ref);
      else this.write([{ ref, seq: place.seq, record }]);
    }
    this.packs.delete(pack.number);
    this.unsynced.delete(pack.path);
    rmSync(pack.path, { force: true });
  }

  /** @returns where the last whole record ends; the file is cut there. */
  private readHeads(pack: Pack): number {
    const { size } = statSync(pack.path);
    const file = openSync(pack.path, "r");
    let at = 0;
    try {
      const head = Buffer.allocUnsafe(PREFIX + HEAD);
      while (readSync(file, head, 0, head.length, at) === head.length) {
        const length = PREFIX + head.readUInt32LE(0);
        const ref = head.subarray(PREFIX + 6).toString("latin1");
        if (length < head.length || length > MAX_RECORD || at + length > size || !OutputRef.isOne(ref)) break;
        this.forget(ref);
        this.note(pack, { ref, at, length, seq: head.readUIntLE(PREFIX, 6) });
        at += length;
      }
    } finally {
      closeSync(file);
    }
    if (at < size) truncateSync(pack.path, at);
    return at;
  }
}

function encode(ref: OutputRef, seq: number, json: Buffer): Buffer {
  const record = Buffer.allocUnsafe(PREFIX + HEAD + json.length);
  record.writeUInt32LE(HEAD + json.length, 0);
  record.writeUIntLE(seq, PREFIX, 6);
  record.write(ref, PREFIX + 6, "latin1");
  json.copy(record, PREFIX + HEAD);
  record.writeUInt32LE(crc32(record.subarray(PREFIX)), 4);
  return record;
}

function decoded(record: Buffer): { readonly json: Buffer; readonly seq: number } | null {
  if (crc32(record.subarray(PREFIX)) !== record.readUInt32LE(4)) return null;
  return { json: record.subarray(PREFIX + HEAD), seq: record.readUIntLE(PREFIX, 6) };
}

function readRecord({ pack, at, length }: Place): Buffer | null {
  return readBytes(pack.path, at, length);
}

/** Null: they are not all there. */
function readBytes(path: string, at: number, length: number): Buffer | null {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.allocUnsafe(length);
      return readSync(file, bytes, 0, length, at) === length ? bytes : null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}
