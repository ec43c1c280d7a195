/**
 * Makes blocks and chunks of what waits in memory and writes them, in an order in which a crash at any point leaves
 * the last commit as it was: data first, then the state, then the frame in the index that counts.
 */
import { setImmediate } from "node:timers/promises";
import type { Columns } from "../../telemetry/points.ts";
import { summarise } from "../../telemetry/summary.ts";
import { encodeLevels, encodePoints } from "./block-codec.ts";
import { chunkEnd, encodeChunk, type FactChunk } from "./fact-chunk.ts";
import { BLOCK_POINTS, type PointBlock } from "./point-block.ts";
import type { RunFacts } from "./run-facts.ts";
import type { RunDataFiles } from "./run-files.ts";
import type { Commit, RunIndex } from "./run-index.ts";
import type { Series, SeriesSet } from "./series-set.ts";

/** A file of points that has so many is followed by the next; it is what retention gives up as a whole. */
const FILE_BYTES = 64 * 1024 * 1024;
/** Between so many blocks everybody else is served. */
const BLOCKS_AT_ONCE = 8;

export interface CommitPlace {
  readonly number: number;
  readonly file: number;
  readonly pointsBytes: number;
  readonly keptBytes: number;
  /** How many series earlier commits named. */
  readonly series: number;
}

export const FIRST_PLACE: CommitPlace = { number: 0, file: 0, pointsBytes: 0, keptBytes: 0, series: 0 };

export interface CommitInput {
  readonly set: SeriesSet;
  readonly facts: RunFacts;
  readonly files: RunDataFiles;
  readonly index: RunIndex;
  readonly place: CommitPlace;
  readonly journal: number;
  readonly received: Readonly<Record<string, number>>;
  /** What the commit replaces; of the same moment as everything else. */
  readonly state: unknown;
  readonly sync: boolean;
}

export interface Committed {
  readonly place: CommitPlace;
  readonly commit: Commit;
  /** Takes effect in memory: what is on disk now does not wait any more. */
  settle(): void;
}

export async function commitRun(input: CommitInput): Promise<Committed> {
  const { set, facts, files, index, place, journal, received, state, sync } = input;
  // Taken at once: what comes while blocks are made is of the next commit.
  const tails = set.all
    .filter(({ tail }) => tail.length > 0)
    .map((series) => ({ series, count: series.tail.length, columns: series.tail.columns() }));
  const waiting = facts.waiting.slice();
  const names = set.all.slice(place.series).map(({ name }) => name);
  const firstFact = facts.settledFacts;
  const firstLine = facts.settledLines;

  const isFull = place.pointsBytes >= FILE_BYTES || place.keptBytes >= FILE_BYTES;
  const file = isFull ? place.file + 1 : place.file;
  const points = new Parts(isFull ? 0 : place.pointsBytes);
  const kept = new Parts(isFull ? 0 : place.keptBytes);
  const blocks: { series: number; block: PointBlock }[] = [];
  const ofSeries = new Map<Series, PointBlock[]>();
  for (const { series, count, columns } of tails) {
    const made: PointBlock[] = [];
    for (let from = 0; from < count; from += BLOCK_POINTS) {
      const block = makeBlock(
        columns,
        from,
        Math.min(count, from + BLOCK_POINTS),
        series,
        made.at(-1),
        file,
        points,
        kept,
      );
      made.push(block);
      blocks.push({ series: series.id, block });
      if (blocks.length % BLOCKS_AT_ONCE === 0) await setImmediate();
    }
    ofSeries.set(series, made);
  }
  const chunks = await makeChunks(waiting, firstFact, firstLine, file, kept);

  const base = isFull ? { pointsBytes: 0, keptBytes: 0 } : place;
  await Promise.all([
    files.write("points", file, base.pointsBytes, points.parts, sync),
    files.write("kept", file, base.keptBytes, kept.parts, sync),
    index.writeState(place.number + 1, state, sync),
  ]);
  const next = { number: place.number + 1, file, pointsBytes: points.end, keptBytes: kept.end };
  const commit: Commit = { ...next, journal, series: names, received, blocks, chunks };
  await index.append(commit, sync);
  return {
    place: { ...next, series: place.series + names.length },
    commit,
    settle: () => {
      for (const { series, count } of tails) set.settle(series, count, ofSeries.get(series) ?? []);
      facts.settle(waiting.length);
    },
  };
}

/** What goes to one file, one behind the other. */
class Parts {
  readonly parts: Uint8Array[] = [];
  end: number;

  constructor(begin: number) {
    this.end = begin;
  }

  add(bytes: Uint8Array): number {
    const at = this.end;
    this.parts.push(bytes);
    this.end += bytes.byteLength;
    return at;
  }
}

function makeBlock(
  columns: Columns,
  from: number,
  to: number,
  series: Series,
  previous: PointBlock | undefined,
  file: number,
  points: Parts,
  kept: Parts,
): PointBlock {
  const own: Columns = {
    time: columns.time.subarray(from, to),
    step: columns.step.subarray(from, to),
    value: columns.value.subarray(from, to),
  };
  // Which of them are out of order, the point before them tells.
  const before = (previous ?? series.blocks.at(-1))?.summary;
  const summary = summarise(own, 0, to - from, before);
  const pointsPart = encodePoints(own);
  const levelsPart = encodeLevels(own);
  return {
    summary,
    file,
    pointsAt: points.add(pointsPart),
    pointsLength: pointsPart.byteLength,
    levelsAt: kept.add(levelsPart),
    levelsLength: levelsPart.byteLength,
  };
}

async function makeChunks(
  waiting: Parameters<typeof encodeChunk>[0],
  firstFact: number,
  firstLine: number,
  file: number,
  kept: Parts,
): Promise<readonly FactChunk[]> {
  const chunks: FactChunk[] = [];
  let line = firstLine;
  for (let from = 0; from < waiting.length; ) {
    const end = chunkEnd(waiting, from, waiting.length);
    const { marks, body, lines, levelCounts } = encodeChunk(waiting.slice(from, end));
    const at = kept.add(marks);
    kept.add(body);
    const lengths = { marksLength: marks.byteLength, length: body.byteLength };
    chunks.push({
      firstFact: firstFact + from,
      facts: end - from,
      firstLine: line,
      lines,
      levelCounts,
      file,
      at,
      ...lengths,
    });
    line += lines;
    from = end;
    if (chunks.length % 2 === 0) await setImmediate();
  }
  return chunks;
}
