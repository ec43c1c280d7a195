/**
 * Records of TensorFlow's files: length, checksum of it, content, checksum of that, all little-endian; checksums are
 * CRC-32C, masked (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details).
 */
const HEADER_BYTES = 12;
const FOOTER_BYTES = 4;
/** No event is as big; a length beyond it is damage. */
const MAX_RECORD_BYTES = 512 * 1024 * 1024;

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  // Castagnoli's polynomial, reflected.
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (TABLE[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

export type TakenRecord =
  | { readonly type: "record"; readonly content: Uint8Array; readonly end: number }
  /** It is not all here yet: a writer may still be at it. `wanted` bytes from its beginning are needed to go on. */
  | { readonly type: "wait"; readonly wanted: number }
  | { readonly type: "damaged" };

/** The record that begins at `at`. */
export function takeRecord(bytes: Uint8Array, at: number): TakenRecord {
  const left = bytes.length - at;
  if (left < HEADER_BYTES) return { type: "wait", wanted: HEADER_BYTES };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, left);
  if (view.getUint32(8, true) !== maskedCrc(bytes.subarray(at, at + 8))) return { type: "damaged" };
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_RECORD_BYTES) return { type: "damaged" };
  const whole = HEADER_BYTES + length + FOOTER_BYTES;
  if (left < whole) return { type: "wait", wanted: whole };
  const content = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length);
  if (view.getUint32(HEADER_BYTES + length, true) !== maskedCrc(content)) return { type: "damaged" };
  return { type: "record", content, end: at + whole };
}
