/**
 * The records of a writer's log as bytes (decision 0009): read without copying, written by programs that have no SDK,
 * and by tests. Where a log is cut in the middle of a record (a spool that is being written, a batch on its way), the
 * whole records before it are read and the rest is said to be a beginning.
 */

export const HEADER_BYTES = 8;
/** Longer records are refused: nothing that is told is that big (blobs go by content). */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
export const MAX_SHAPES = 65_536;
export const KIND = { fact: 1, shape: 2, row: 3 } as const;

export interface LogRecord {
  readonly kind: number;
  readonly shape: number;
  /** Without header and padding; of the bytes that were given. */
  readonly body: Uint8Array;
  /** Where it begins in the bytes that were given, and where the next one does. */
  readonly start: number;
  readonly end: number;
}

/** A place from which on bytes are no log. */
export class BadLog extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * The length of the record at `at`, or 0: it is not there as a whole (yet).
 * @throws BadLog
 */
export function recordLength(view: DataView, at: number): number {
  const left = view.byteLength - at;
  if (left < 4) return 0;
  const length = view.getUint32(at, true);
  // Written last, so 0 is a place that nothing was written to yet.
  if (length === 0) return 0;
  if (length % 8 !== 0 || length > MAX_RECORD_BYTES)
    throw new BadLog(`A record says that it is ${length} bytes long`, at);
  if (left < HEADER_BYTES) return 0;
  if (view.getUint8(at + 5) > length - HEADER_BYTES)
    throw new BadLog("A record has more padding than bytes", at);
  return length <= left ? length : 0;
}

/**
 * How many bytes from `from` on are whole records.
 * @throws BadLog
 */
export function wholeRecords(bytes: Uint8Array, from = 0): number {
  const view = viewOf(bytes);
  let at = from;
  for (let length = recordLength(view, at); length > 0; length = recordLength(view, at)) at += length;
  return at;
}

/**
 * Every whole record; the generator's return value is where the first that is not whole begins.
 * @throws BadLog
 */
export function* readRecords(bytes: Uint8Array, from = 0): Generator<LogRecord, number> {
  const view = viewOf(bytes);
  let at = from;
  for (let length = recordLength(view, at); length > 0; length = recordLength(view, at)) {
    const end = at + length;
    yield {
      kind: view.getUint8(at + 4),
      shape: view.getUint16(at + 6, true),
      body: bytes.subarray(at + HEADER_BYTES, end - view.getUint8(at + 5)),
      start: at,
      end,
    };
    at = end;
  }
  return at;
}

export function encodeRecord(kind: number, body: Uint8Array, shape = 0): Uint8Array {
  const padding = (8 - (body.byteLength % 8)) % 8;
  const record = new Uint8Array(HEADER_BYTES + body.byteLength + padding);
  const view = viewOf(record);
  if (record.byteLength > MAX_RECORD_BYTES) throw new RangeError("The record is too long for a log");
  view.setUint32(0, record.byteLength, true);
  view.setUint8(4, kind);
  view.setUint8(5, padding);
  view.setUint16(6, shape, true);
  record.set(body, HEADER_BYTES);
  return record;
}

const encoder = new TextEncoder();

export function encodeFact(fact: object): Uint8Array {
  return encodeRecord(KIND.fact, encoder.encode(JSON.stringify(fact)));
}

export function encodeShape(shape: number, names: readonly string[]): Uint8Array {
  return encodeRecord(KIND.shape, encoder.encode(JSON.stringify(names)), shape);
}

/** @param step null: none. */
export function encodeRow(
  shape: number,
  time: number,
  step: number | bigint | null,
  values: readonly number[],
): Uint8Array {
  const body = new Uint8Array(16 + 8 * values.length);
  const view = viewOf(body);
  view.setFloat64(0, time, true);
  view.setBigInt64(8, step === null ? NO_STEP : BigInt(step), true);
  values.forEach((value, index) => {
    view.setFloat64(16 + 8 * index, value, true);
  });
  return encodeRecord(KIND.row, body, shape);
}

const NO_STEP = -(2n ** 63n);

/**
 * The step of a row at `at`; NaN: none. Beyond 2⁵³ the nearest number that there is.
 */
export function stepAt(view: DataView, at: number): number {
  const low = view.getUint32(at, true);
  const high = view.getInt32(at + 4, true);
  return high === -0x8000_0000 && low === 0 ? Number.NaN : high * 0x1_0000_0000 + low;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
