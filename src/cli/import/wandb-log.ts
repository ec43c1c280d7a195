/**
 * W&B's transaction log (`run-*.wandb`): a header of seven bytes, then LevelDB's log format
 * (https://github.com/google/leveldb/blob/main/doc/log_format.md) with plain CRC-32 over type and content. Pure.
 */
import { crc32 } from "node:zlib";

export const HEADER_BYTES = 7;
const BLOCK_BYTES = 32 * 1024;
const CHUNK_HEADER_BYTES = 7;
const TYPE = { full: 1, first: 2, middle: 3, last: 4 } as const;

/** Whether a file begins as such a log does. */
export function isWandbLog(head: Uint8Array): boolean {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return (
    head.length >= HEADER_BYTES &&
    view.getUint32(0, false) === 0x3a572642 &&
    view.getUint16(4, true) === 0xbee1
  );
}

export interface TakenRecords {
  readonly records: readonly Uint8Array[];
  /** The place behind the last whole record; what follows is not all here yet. */
  readonly end: number;
  readonly isDamaged: boolean;
}

/** Whole records of a piece of the file that begins at `start`, where a record (or a block) begins. */
export function takeRecords(bytes: Uint8Array, start: number): TakenRecords {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let at = 0;
  let end = 0;
  for (;;) {
    const leftInBlock = BLOCK_BYTES - ((start + at) % BLOCK_BYTES);
    if (leftInBlock < CHUNK_HEADER_BYTES) {
      at += leftInBlock;
      if (parts.length === 0) end = Math.min(at, bytes.length);
      continue;
    }
    if (at + CHUNK_HEADER_BYTES > bytes.length) break;
    const length = view.getUint16(at + 4, true);
    const type = view.getUint8(at + 6);
    const from = at + CHUNK_HEADER_BYTES;
    if (from + length > bytes.length) break;
    if (type === 0 && length === 0 && view.getUint32(at, true) === 0) break;
    const content = bytes.subarray(from, from + length);
    const known = type >= TYPE.full && type <= TYPE.last;
    if (!known || crc32(content, crc32(Uint8Array.of(type))) !== view.getUint32(at, true))
      return { records, end: start + end, isDamaged: true };
    at = from + length;
    if (type === TYPE.full || type === TYPE.first) parts = [];
    parts.push(content);
    if (type === TYPE.full || type === TYPE.last) {
      records.push(parts.length === 1 ? content : Buffer.concat(parts));
      parts = [];
      end = at;
    }
  }
  return { records, end: start + end, isDamaged: false };
}
