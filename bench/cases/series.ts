/** A million points of a training run into the store of telemetry, and from there to a chart of 2,000 places. */
import { closeSync, fdatasyncSync, openSync, statSync, writeSync } from "node:fs";
import path from "node:path";
import { FileTelemetry } from "../../src/store/telemetry/file-telemetry.ts";
import type { Durability } from "../../src/store/telemetry/journal.ts";
import { concatBytes, encodeRow, encodeShape } from "../../src/telemetry/log-codec.ts";
import { RunId } from "../../src/util/ids.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { summary } from "../lib/statistics.ts";

const POINTS = 1_000_000;
const ROWS_A_BATCH = 1_000;
/** Senders that ship side by side, as pipelines do. */
const AT_ONCE = 4;

interface Figures {
  readonly pointsPerSecond: number;
  readonly bytesPerPoint: number;
  readonly coldMs?: number;
  readonly againMs?: number;
}

export const series: Bench = {
  name: "series",
  async run({ folder, times, scale, say }) {
    const points = Math.round(POINTS * scale);
    const batches = batchesOf(points);
    const results = await inTurns<Figures>(
      [
        { name: "a file, a sync a batch", work: async () => plainFile(folder, batches, points) },
        {
          name: "loopbook, safe against the loss of power",
          work: () => ours(folder, batches, points, "power"),
        },
        { name: "loopbook, safe against kill -9", work: () => ours(folder, batches, points, "process") },
      ],
      Math.min(times, 5),
      say,
    );
    const of = (
      turns: readonly Figures[],
      pick: (figures: Figures) => number | undefined,
      digits: number,
    ): string => {
      const values = turns.flatMap((figures) => pick(figures) ?? []);
      return values.length > 0 ? summary(values, digits) : "–";
    };
    return {
      title: `${points.toLocaleString("en")} points of a training run: kept, and drawn`,
      how: `Loss and accuracy with noise, time and step; batches of ${ROWS_A_BATCH} rows from ${AT_ONCE} at once, in the process of the store (no HTTP). Bytes: on disk when the run was put away. Chart: 2,000 places over the whole series with every minimum and maximum, right after it was opened, and again.`,
      head: ["", "points/s", "bytes a point", "chart, ms", "again, ms", "goal"],
      rows: [...results].map(([name, turns], index) => [
        name,
        of(turns, ({ pointsPerSecond }) => pointsPerSecond, 0),
        of(turns, ({ bytesPerPoint }) => bytesPerPoint, 1),
        of(turns, ({ coldMs }) => coldMs, 1),
        of(turns, ({ againMs }) => againMs, 1),
        ["–", "≥ 200,000; ≤ 12; ≤ 80; ≤ 20", "≥ 500,000; ≤ 12; ≤ 80; ≤ 20"][index] ?? "",
      ]),
    };
  },
};

function batchesOf(points: number): readonly Uint8Array[] {
  let seed = 1;
  const noise = (): number => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return seed / 0x7fff_ffff;
  };
  const batches: Uint8Array[] = [encodeShape(0, ["loss", "accuracy"])];
  for (let at = 0; at < points / 2; at += ROWS_A_BATCH) {
    const rows = Array.from({ length: Math.min(ROWS_A_BATCH, points / 2 - at) }, (_, row) => {
      const step = at + row;
      const time = 1.7e9 + step * 0.05 + noise() * 0.002;
      return encodeRow(0, time, step, [2 * Math.exp(-step / 1e5) + 0.1 * noise(), 1 - 0.3 * noise()]);
    });
    batches.push(concatBytes(rows));
  }
  return batches;
}

function plainFile(folder: string, batches: readonly Uint8Array[], points: number): Figures {
  const file = path.join(folder, "plain");
  const began = performance.now();
  const handle = openSync(file, "w");
  for (const batch of batches) {
    writeSync(handle, batch);
    fdatasyncSync(handle);
  }
  closeSync(handle);
  const seconds = (performance.now() - began) / 1000;
  return { pointsPerSecond: points / seconds, bytesPerPoint: statSync(file).size / points };
}

async function ours(
  folder: string,
  batches: readonly Uint8Array[],
  points: number,
  durability: Durability,
): Promise<Figures> {
  const store = new FileTelemetry({ stateFolder: folder, durability });
  const runId = RunId.create();
  const run = await store.open(runId);
  const began = performance.now();
  let offset = 0;
  for (let at = 0; at < batches.length; at += AT_ONCE) {
    await Promise.all(
      batches.slice(at, at + AT_ONCE).map((batch) => {
        const begin = offset;
        offset += batch.byteLength;
        return run.append("w", begin, batch);
      }),
    );
  }
  const seconds = (performance.now() - began) / 1000;
  await store.release(runId);
  const again = await store.open(runId);
  const chart = async (): Promise<number> => {
    const start = performance.now();
    await again.read({ name: "loss", axis: "step", points: 2_000 });
    return performance.now() - start;
  };
  const figures = {
    pointsPerSecond: points / seconds,
    bytesPerPoint: again.sizeBytes() / points,
    coldMs: await chart(),
    againMs: await chart(),
  };
  await store.remove(runId);
  await store.close();
  return figures;
}
