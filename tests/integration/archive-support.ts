/** Writes zip files byte for byte, also such as no honest tool writes. */
import { crc32, deflateRawSync } from "node:zlib";

export interface RawEntry {
  readonly name: string;
  readonly data?: Buffer | string;
  readonly method?: number;
  /** Unix mode with its type, as in `externalFileAttributes`' upper half. */
  readonly mode?: number;
  readonly flags?: number;
  /** What is said of the size instead of the truth. */
  readonly saysSize?: number;
  /** The list of contents points here instead. */
  readonly saysOffset?: number;
  /** Sizes and offset stand in a zip64 record. */
  readonly zip64?: boolean;
}

export function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const offset = entry.saysOffset ?? at;
    const content = Buffer.from(entry.data ?? "");
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content) : content;
    const facts = { entry, content, packed, method };
    const local = localHeader(facts);
    parts.push(local, packed);
    at += local.length + packed.length;
    directory.push(directoryEntry(facts, offset));
  }
  const list = Buffer.concat(directory);
  return Buffer.concat([...parts, list, endRecords(entries, list.length, at)]);
}

interface Facts {
  readonly entry: RawEntry;
  readonly content: Buffer;
  readonly packed: Buffer;
  readonly method: number;
}

function common({ entry, content, packed, method }: Facts): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt16LE(45, 0);
  head.writeUInt16LE(entry.flags ?? 0x800, 2);
  head.writeUInt16LE(method, 4);
  head.writeUInt32LE(0x5a210000, 6);
  head.writeUInt32LE(crc32(content), 10);
  head.writeUInt32LE(entry.zip64 ? 0xffffffff : packed.length, 14);
  head.writeUInt32LE(entry.zip64 ? 0xffffffff : (entry.saysSize ?? content.length), 18);
  head.writeUInt16LE(Buffer.byteLength(entry.name), 22);
  return head;
}

function localHeader(facts: Facts): Buffer {
  const extra = facts.entry.zip64 ? zip64Extra(facts, 0) : Buffer.alloc(0);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(extra.length);
  return Buffer.concat([
    Buffer.from("PK\x03\x04"),
    common(facts),
    length,
    Buffer.from(facts.entry.name),
    extra,
  ]);
}

function directoryEntry(facts: Facts, offset: number): Buffer {
  const { entry } = facts;
  const extra = entry.zip64 ? zip64Extra(facts, offset) : Buffer.alloc(0);
  const madeBy = Buffer.from([45, 3]);
  const rest = Buffer.alloc(16);
  rest.writeUInt16LE(extra.length, 0);
  rest.writeUInt32LE(((entry.mode ?? 0) * 65_536) >>> 0, 8);
  rest.writeUInt32LE(entry.zip64 ? 0xffffffff : offset, 12);
  return Buffer.concat([
    Buffer.from("PK\x01\x02"),
    madeBy,
    common(facts),
    rest,
    Buffer.from(entry.name),
    extra,
  ]);
}

function zip64Extra({ entry, content, packed }: Facts, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(entry.saysSize ?? content.length), 4);
  extra.writeBigUInt64LE(BigInt(packed.length), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return extra;
}

function endRecords(entries: readonly RawEntry[], size: number, at: number): Buffer {
  const is64 = entries.some(({ zip64 }) => zip64);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(is64 ? 0xffff : entries.length, 8);
  end.writeUInt16LE(is64 ? 0xffff : entries.length, 10);
  end.writeUInt32LE(is64 ? 0xffffffff : size, 12);
  end.writeUInt32LE(is64 ? 0xffffffff : at, 16);
  if (!is64) return end;
  const record = Buffer.alloc(56);
  record.write("PK\x06\x06", "latin1");
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(entries.length), 24);
  record.writeBigUInt64LE(BigInt(entries.length), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.write("PK\x06\x07", "latin1");
  locator.writeBigUInt64LE(BigInt(at + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end]);
}
