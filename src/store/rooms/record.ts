/**
 * One record of a room's log: length, checksum, kind and number, then the content.
 *
 *   u32 length of what follows the checksum | u32 CRC-32 of it | u8 kind | u48 number | content
 *
 * Little-endian. A record costs 15 bytes beside its content, whatever came before it.
 */
import { crc32 } from "node:zlib";

export type RecordKind = "update" | "facts" | "results";

export interface LogRecord {
  readonly kind: RecordKind;
  readonly seq: number;
  readonly content: Uint8Array;
}

const KINDS: readonly RecordKind[] = ["update", "facts", "results"];
const PREFIX = 8;
const HEAD = 7;
/** No update is bigger: a connection's frames are limited far below. A length over it is damage. */
const MAX_CONTENT = 1 << 30;

export const RECORD_OVERHEAD = PREFIX + HEAD;

export function encodeRecord({ kind, seq, content }: LogRecord): Uint8Array {
  const bytes = Buffer.allocUnsafe(RECORD_OVERHEAD + content.length);
  bytes.writeUInt32LE(HEAD + content.length, 0);
  bytes.writeUInt8(KINDS.indexOf(kind), PREFIX);
  bytes.writeUIntLE(seq, PREFIX + 1, 6);
  bytes.set(content, RECORD_OVERHEAD);
  bytes.writeUInt32LE(crc32(bytes.subarray(PREFIX)), 4);
  return bytes;
}

export interface ReadRecords {
  readonly records: readonly LogRecord[];
  /** Bytes up to the end of the last whole record; what follows was torn off by a crash. */
  readonly wholeBytes: number;
}

/** Reads until the first record that is not whole. */
export function decodeRecords(bytes: Buffer): ReadRecords {
  const records: LogRecord[] = [];
  let at = 0;
  while (at + RECORD_OVERHEAD <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + PREFIX + length;
    if (length < HEAD || length > MAX_CONTENT || end > bytes.length) break;
    const body = bytes.subarray(at + PREFIX, end);
    const kind = KINDS[body.readUInt8(0)];
    if (kind === undefined || crc32(body) !== bytes.readUInt32LE(at + 4)) break;
    records.push({ kind, seq: body.readUIntLE(1, 6), content: body.subarray(HEAD) });
    at = end;
  }
  return { records, wholeBytes: at };
}
