/**
 * Facts that came one after the other, as bytes: each as its writer sent it, with its place; and before them, read for
 * itself, level and template of each of their lines.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { concatBytes, viewOf } from "../../telemetry/log-codec.ts";
import { LEVELS } from "../../telemetry/log-templates.ts";
import { parseFact } from "../../telemetry/parse-fact.ts";
import type { PlacedFact } from "../../telemetry/telemetry-store.ts";
import type { WaitingFact } from "./waiting-fact.ts";

export const CHUNK_BYTES = 256 * 1024;
export const CHUNK_FACTS = 8_192;

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
}

const options = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
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
  const parts = facts.flatMap(({ writer, end, bytes }) => {
    const head = Buffer.alloc(FACT_HEAD + writer.length);
    head.writeUInt32LE(bytes.byteLength, 0);
    head.writeUInt16LE(writer.length, 4);
    head.writeDoubleLE(end, 6);
    head.write(writer, FACT_HEAD, "latin1");
    return [head, bytes];
  });
  return {
    marks: zstdCompressSync(concatBytes([new Uint8Array(columns.buffer), levels]), options),
    body: zstdCompressSync(Buffer.concat(parts), options),
    lines,
    levelCounts,
  };
}

export function decodeMarks(bytes: Uint8Array, lines: number): ChunkMarks {
  const all = Uint8Array.from(zstdDecompressSync(bytes));
  const columns = new Uint32Array(all.buffer, 0, 3 * lines);
  return {
    templates: columns.subarray(0, lines),
    facts: columns.subarray(lines, 2 * lines),
    subs: columns.subarray(2 * lines),
    levels: all.subarray(12 * lines),
  };
}

export const unpackBody = (bytes: Uint8Array): Buffer => zstdDecompressSync(bytes);

/** @param wanted numbers in the chunk, ascending; absent: all. */
export function decodeFacts(body: Buffer, wanted?: ReadonlySet<number>): ReadonlyMap<number, PlacedFact> {
  const found = new Map<number, PlacedFact>();
  const view = viewOf(body);
  for (let at = 0, number = 0; at < body.byteLength; number++) {
    const length = view.getUint32(at, true);
    const begin = at + FACT_HEAD + view.getUint16(at + 4, true);
    if (wanted === undefined || wanted.has(number)) {
      const fact = parseFact(body.subarray(begin, begin + length));
      const writer = body.toString("latin1", at + FACT_HEAD, begin);
      if (fact.ok) found.set(number, { writer, end: view.getFloat64(at + 6, true), fact: fact.value });
    }
    at = begin + length;
  }
  return found;
}
