/**
 * Facts that came one after the other, as bytes: each as its writer sent it, with its place, in frames that are
 * unpacked one by one; and before them, read for itself, level and template of each of their lines, and the frames.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { concatBytes, viewOf } from "../../telemetry/log-codec.ts";
import { LEVELS } from "../../telemetry/log-templates.ts";
import { parseFact } from "../../telemetry/parse-fact.ts";
import type { PlacedFact } from "../../telemetry/telemetry-store.ts";
import type { WaitingFact } from "./waiting-fact.ts";

export const CHUNK_BYTES = 256 * 1024;
export const CHUNK_FACTS = 8_192;
/** Few lines are wanted of most chunks: a frame is what is unpacked for one. */
const FRAME_BYTES = 32 * 1024;

export interface FactChunk {
  readonly firstFact: number;
  readonly facts: number;
  readonly firstLine: number;
  readonly lines: number;
  readonly levelCounts: readonly number[];
  readonly file: number;
  readonly at: number;
  /** Of the marks, which come first. */
  readonly marksLength: number;
  /** Of the facts behind them. */
  readonly length: number;
}

export interface ChunkMarks {
  readonly levels: Uint8Array;
  readonly templates: Uint32Array;
  /** The fact of each line in its chunk, and which of its lines it is. */
  readonly facts: Uint32Array;
  readonly subs: Uint32Array;
  readonly frames: readonly FactFrame[];
}

/** A part of the body. */
export interface FactFrame {
  /** Number in the chunk. */
  readonly firstFact: number;
  /** Packed; of the last one in a chunk without frames: all there is. */
  readonly length: number;
}

const options = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };
/** Else what is unpacked comes in small pieces that are put together again. */
const unpacking = { chunkSize: 64 * 1024 };
const FACT_HEAD = 14;

/** Where the next chunk ends. */
export function chunkEnd(waiting: readonly WaitingFact[], from: number, to: number): number {
  let bytes = 0;
  let at = from;
  while (at < to && at - from < CHUNK_FACTS && bytes < CHUNK_BYTES)
    bytes += waiting[at++]?.bytes.byteLength ?? 0;
  return at;
}

export function encodeChunk(facts: readonly WaitingFact[]): {
  readonly marks: Uint8Array;
  readonly body: Uint8Array;
  readonly lines: number;
  readonly levelCounts: readonly number[];
} {
  const lines = facts.reduce((sum, fact) => sum + fact.lines.length, 0);
  const levels = new Uint8Array(lines);
  const columns = new Uint32Array(3 * lines);
  const levelCounts = LEVELS.map(() => 0);
  let at = 0;
  for (const [number, fact] of facts.entries())
    for (const [sub, { level, template }] of fact.lines.entries()) {
      levels[at] = level;
      levelCounts[level] = (levelCounts[level] ?? 0) + 1;
      columns[at] = template;
      columns[lines + at] = number;
      columns[2 * lines + at] = sub;
      at++;
    }
  const { frames, body } = packFrames(facts);
  const directory = new Uint32Array(frames.flatMap(({ firstFact, length }) => [firstFact, length]));
  return {
    marks: zstdCompressSync(
      concatBytes([new Uint8Array(columns.buffer), levels, new Uint8Array(directory.buffer)]),
      options,
    ),
    body,
    lines,
    levelCounts,
  };
}

function packFrames(facts: readonly WaitingFact[]): {
  readonly frames: readonly FactFrame[];
  readonly body: Uint8Array;
} {
  const frames: FactFrame[] = [];
  const packed: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let size = 0;
  let firstFact = 0;
  for (const [number, { writer, end, bytes }] of facts.entries()) {
    const head = Buffer.alloc(FACT_HEAD + writer.length);
    head.writeUInt32LE(bytes.byteLength, 0);
    head.writeUInt16LE(writer.length, 4);
    head.writeDoubleLE(end, 6);
    head.write(writer, FACT_HEAD, "latin1");
    parts.push(head, bytes);
    size += head.byteLength + bytes.byteLength;
    if (size < FRAME_BYTES && number < facts.length - 1) continue;
    const frame = zstdCompressSync(Buffer.concat(parts), options);
    packed.push(frame);
    frames.push({ firstFact, length: frame.byteLength });
    parts = [];
    size = 0;
    firstFact = number + 1;
  }
  return { frames, body: concatBytes(packed) };
}

export function decodeMarks(bytes: Uint8Array, lines: number): ChunkMarks {
  const all = Uint8Array.from(zstdDecompressSync(bytes, unpacking));
  const columns = new Uint32Array(all.buffer, 0, 3 * lines);
  const directory = new Uint32Array(all.slice(13 * lines).buffer);
  return {
    templates: columns.subarray(0, lines),
    facts: columns.subarray(lines, 2 * lines),
    subs: columns.subarray(2 * lines),
    levels: all.subarray(12 * lines, 13 * lines),
    frames:
      directory.length === 0
        ? [{ firstFact: 0, length: Number.POSITIVE_INFINITY }]
        : Array.from({ length: directory.length / 2 }, (_, at) => ({
            firstFact: directory[2 * at] ?? 0,
            length: directory[2 * at + 1] ?? 0,
          })),
  };
}

/**
 * @param body packed.
 * @param wanted numbers in the chunk; absent: all.
 * @param search small letters that JSON writes as they are: facts without it are left out.
 * @param onDamage a frame cannot be read; its facts are left out.
 */
export function readFacts(
  body: Uint8Array,
  frames: readonly FactFrame[],
  onDamage: () => void,
  wanted?: ReadonlySet<number>,
  search?: string,
): ReadonlyMap<number, PlacedFact> {
  const found = new Map<number, PlacedFact>();
  let at = 0;
  for (const [index, { firstFact, length }] of frames.entries()) {
    const end = frames[index + 1]?.firstFact ?? Number.POSITIVE_INFINITY;
    if (wanted === undefined || hasBetween(wanted, firstFact, end)) {
      const frame = unpackFrame(body.subarray(at, at + length));
      if (frame) decodeFacts(frame, firstFact, found, wanted, search);
      else onDamage();
    }
    at += length;
  }
  return found;
}

function unpackFrame(packed: Uint8Array): Buffer | null {
  try {
    return zstdDecompressSync(packed, unpacking);
  } catch {
    return null;
  }
}

function hasBetween(wanted: ReadonlySet<number>, from: number, to: number): boolean {
  for (const number of wanted) if (number >= from && number < to) return true;
  return false;
}

function decodeFacts(
  frame: Buffer,
  firstFact: number,
  found: Map<number, PlacedFact>,
  wanted?: ReadonlySet<number>,
  search?: string,
): void {
  const view = viewOf(frame);
  // As many characters as bytes: small letters of Latin 1 are one character each.
  const text = search === undefined ? null : frame.toString("latin1").toLowerCase();
  let hit = text === null ? 0 : text.indexOf(search ?? "");
  for (let at = 0, number = firstFact; at < frame.byteLength && hit >= 0; number++) {
    const begin = at + FACT_HEAD + view.getUint16(at + 4, true);
    const end = begin + view.getUint32(at, true);
    if (text !== null && hit < begin) hit = text.indexOf(search ?? "", begin);
    const isHit = text === null || (hit >= 0 && hit < end);
    if (isHit && (wanted === undefined || wanted.has(number))) {
      const fact = parseFact(frame.subarray(begin, end));
      const writer = frame.toString("latin1", at + FACT_HEAD, begin);
      if (fact.ok) found.set(number, { writer, end: view.getFloat64(at + 6, true), fact: fact.value });
    }
    at = end;
  }
}
