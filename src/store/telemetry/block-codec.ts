/** Blocks of points as bytes: columns without loss, and beside them their levels, one row for each 64 points. */
import { constants, crc32, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import {
  decodeSteps,
  decodeTimes,
  encodeSteps,
  encodeTimes,
  joinBytes,
  splitBytes,
} from "../../telemetry/column-codec.ts";
import { concatBytes, viewOf } from "../../telemetry/log-codec.ts";
import type { Columns } from "../../telemetry/points.ts";
import { summarise } from "../../telemetry/summary.ts";
import { LEVEL_POINTS } from "./point-block.ts";
import type { LevelColumns } from "./series-reader.ts";

const options = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };
/** Of the eight bytes of a value, those that neighbours have in common; noise in the others would hide them. */
const COMMON_BYTES = 2;
const CHECKSUM_BYTES = 4;

export function encodePoints({ time, step, value }: Columns): Uint8Array {
  const bytes = splitBytes(value);
  const common = COMMON_BYTES * value.length;
  const parts = [
    encodeTimes(time),
    encodeSteps(step),
    shorter(bytes.subarray(0, common)),
    shorter(bytes.subarray(common)),
  ];
  const head = new Uint8Array(4 * parts.length);
  parts.forEach((part, index) => {
    viewOf(head).setUint32(4 * index, part.byteLength, true);
  });
  const block = concatBytes([head, ...parts, new Uint8Array(CHECKSUM_BYTES)]);
  const end = block.byteLength - CHECKSUM_BYTES;
  viewOf(block).setUint32(end, crc32(block.subarray(0, end)), true);
  return block;
}

/** @throws Error when these are not the bytes that were written. */
export function decodePoints(bytes: Uint8Array, count: number): Columns {
  checkPoints(bytes);
  let at = 16;
  const part = (index: number): Uint8Array => {
    const length = viewOf(bytes).getUint32(4 * index, true);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const time = decodeTimes(part(0), count);
  const step = decodeSteps(part(1), count);
  const common = whole(part(2), COMMON_BYTES * count);
  const rest = whole(part(3), (8 - COMMON_BYTES) * count);
  return { time, step, value: joinBytes(concatBytes([common, rest]), count) };
}

/** Blocks of before had no checksum. */
function checkPoints(bytes: Uint8Array): void {
  const view = viewOf(bytes);
  const end = [0, 4, 8, 12].reduce((sum, at) => sum + view.getUint32(at, true), 16);
  if (bytes.byteLength === end) return;
  if (
    bytes.byteLength !== end + CHECKSUM_BYTES ||
    crc32(bytes.subarray(0, end)) !== view.getUint32(end, true)
  )
    throw new Error("A block of points is damaged");
}

export function encodeLevels(columns: Columns): Uint8Array {
  const rows = levelsOf(columns);
  const times = encodeTimes(rows.time);
  const steps = encodeSteps(rows.step);
  const head = new Uint8Array(8);
  viewOf(head).setUint32(0, times.byteLength, true);
  viewOf(head).setUint32(4, steps.byteLength, true);
  const values = [rows.min, rows.max, rows.last].map(splitBytes);
  return zstdCompressSync(
    concatBytes([head, times, steps, rows.count, rows.stepped, rows.kinds, ...values]),
    options,
  );
}

/** @param points of the block. */
export function decodeLevels(bytes: Uint8Array, points: number): LevelColumns {
  const count = Math.ceil(points / LEVEL_POINTS);
  const all = zstdDecompressSync(bytes);
  let at = 8;
  const part = (length: number): Uint8Array => {
    at += length;
    return all.subarray(at - length, at);
  };
  const time = decodeTimes(part(all.readUInt32LE(0)), count);
  const step = decodeSteps(part(all.readUInt32LE(4)), count);
  const small = { count: part(count), stepped: part(count), kinds: part(count) };
  const value = (): Float64Array => joinBytes(part(8 * count), count);
  return { time, step, ...small, min: value(), max: value(), last: value() };
}

function levelsOf(columns: Columns): LevelColumns {
  const length = columns.value.length;
  const count = Math.ceil(length / LEVEL_POINTS);
  const numbers = (): Float64Array => new Float64Array(count);
  const bytes = (): Uint8Array => new Uint8Array(count);
  const rows = { time: numbers(), step: numbers(), min: numbers(), max: numbers(), last: numbers() };
  const small = { count: bytes(), stepped: bytes(), kinds: bytes() };
  for (let row = 0; row < count; row++) {
    const from = row * LEVEL_POINTS;
    const summary = summarise(columns, from, Math.min(length, from + LEVEL_POINTS));
    rows.time[row] = summary.minTime;
    rows.step[row] = summary.minStep;
    rows.min[row] = summary.min;
    rows.max[row] = summary.max;
    rows.last[row] = Number.isFinite(summary.last) ? summary.last : Number.NaN;
    small.count[row] = summary.count;
    small.stepped[row] = summary.stepped;
    small.kinds[row] = summary.kinds;
  }
  return { ...rows, ...small };
}

/** As it is where compressing gains nothing. */
function shorter(bytes: Uint8Array): Uint8Array {
  const packed = zstdCompressSync(bytes, options);
  return packed.byteLength < bytes.byteLength * 0.97 ? packed : bytes;
}

function whole(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.byteLength === length ? bytes : zstdDecompressSync(bytes);
}
