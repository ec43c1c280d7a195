/** What pipelines send over HTTP until the server has it safe, and how quickly it is read from there. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import type { TelemetryView } from "../../src/api/telemetry.ts";
import { concatBytes, encodeFact, encodeRow, encodeShape } from "../../src/telemetry/log-codec.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { root } from "../lib/runners.ts";
import { startServer } from "../lib/server.ts";
import { addressOf, attachRun, get, getSoon, type Shipper } from "../lib/ship.ts";
import { summary } from "../lib/statistics.ts";
import { trackerPython } from "../lib/trackers.ts";

const POINTS = 2_000_000;
const LINES = 1_000_000;
/** Of a request: what a sender has after a second of 20,000 calls; it may be up to 8 MB. */
const ROWS_A_BLOCK = 20_000;
const LINES_A_BLOCK = 5_000;
const WRITERS = ["a", "b"];
const peers = path.join(root, "bench", "peers", "ingest.py");

interface Figures {
  readonly pointsPerSecond?: number;
  readonly linesPerSecond?: number;
  readonly chartMs?: number;
  readonly againMs?: number;
  readonly errorsMs?: number;
  readonly searchMs?: number;
}

export const ingest: Bench = {
  name: "ingest",
  async run({ folder, times, scale, say }) {
    const points = Math.round(POINTS * scale);
    const lines = Math.round(LINES * scale);
    const blocks = {
      points: WRITERS.map(() => rowBlocks(points / WRITERS.length)),
      lines: lineBlocks(lines),
    };
    const tracker = trackerPython(folder, ["mlflow==3.17.2", "tensorboardX==2.6.5"], say);
    const peer = (name: string, count: number) => ({
      name,
      work: async (): Promise<Figures> => ({ pointsPerSecond: peerPoints(folder, tracker, name, count) }),
    });
    const results = await inTurns<Figures>(
      [
        { name: "loopbook", work: () => ours(folder, blocks, { points, lines }) },
        ...(tracker === null
          ? []
          : [
              peer("mlflow server", Math.min(points, 20_000)),
              peer("tensorboardX, files", Math.min(points, 200_000)),
            ]),
      ],
      times,
      say,
    );
    const row = (
      what: string,
      goal: string,
      digits: number,
      of: (figures: Figures) => number | undefined,
    ) => [
      what,
      ...["loopbook", "mlflow server", "tensorboardX, files"].map((name) => {
        const values = (results.get(name) ?? []).flatMap((figures) => of(figures) ?? []);
        return values.length > 0 ? summary(values, digits) : "–";
      }),
      goal,
    ];
    return {
      title: "Telemetry over HTTP: taken, and read again",
      how: `A real server, ${WRITERS.length} connections, ${ROWS_A_BLOCK.toLocaleString("en")} rows of two values in a request; counted when the last is acknowledged, which is after \`fdatasync\` (there is no weaker mode in the server). Lines: facts of ${LINES_A_BLOCK.toLocaleString("en")} in a request, one in 2,000 an error. MLflow: \`log_batch\` of 1,000 metrics each to its own server, on SQLite. tensorboardX writes files, unsynced, without a server. Read: after the server was started anew; chart: the first request for 2,000 places of ${(points / 2).toLocaleString("en")} points, opening of the run included, then again; filters: the last 500 lines that match, of ${lines.toLocaleString("en")}.`,
      head: ["", "loopbook", "mlflow server", "tensorboardX, files", "goal"],
      rows: [
        row("points/s, safe against the loss of power", "≥ 200,000", 0, (one) => one.pointsPerSecond),
        row("log lines/s, the same", "≥ 100,000", 0, (one) => one.linesPerSecond),
        row("chart of a million points, first, ms", "≤ 80", 1, (one) => one.chartMs),
        row("again, ms", "≤ 20", 1, (one) => one.againMs),
        row("errors alone, ms", "≤ 50", 1, (one) => one.errorsMs),
        row("lines with a text, ms", "≤ 500", 1, (one) => one.searchMs),
      ],
    };
  },
};

interface Blocks {
  readonly points: readonly (readonly Uint8Array[])[];
  readonly lines: readonly Uint8Array[];
}

async function ours(
  parent: string,
  blocks: Blocks,
  count: { readonly points: number; readonly lines: number },
): Promise<Figures> {
  const folder = mkdtempSync(path.join(parent, "ingest-"));
  const state = path.join(folder, "state");
  try {
    const server = await startServer(state, folder);
    const address = addressOf(server.addressOf("bench.ipynb"));
    const rows = await attachRun(address, WRITERS);
    const logs = await attachRun(address, ["a"], "logs.ipynb");
    // What the just-in-time compiler has not seen is not what is measured.
    await rows.ship("a", encodeShape(0, ["loss", "accuracy"]));
    await rows.ship("b", encodeShape(0, ["loss of b", "accuracy of b"]));
    const points = await seconds(() =>
      Promise.all(WRITERS.map((writer, at) => shipAll(rows, writer, blocks.points[at] ?? []))),
    );
    const lines = await seconds(() => shipAll(logs, "a", blocks.lines));
    const end = encodeFact({ type: "end", time: 1.8e9, status: "completed" });
    await Promise.all([rows.ship("a", end), rows.ship("b", end), logs.ship("a", end)]);
    rows.close();
    logs.close();
    await server.close();
    return {
      pointsPerSecond: count.points / points,
      linesPerSecond: count.lines / lines,
      ...(await readAgain(state, folder, { rows, logs }, count)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readAgain(
  state: string,
  folder: string,
  { rows, logs }: { readonly rows: Shipper; readonly logs: Shipper },
  count: { readonly points: number; readonly lines: number },
): Promise<Figures> {
  const server = await startServer(state, folder);
  try {
    const address = addressOf(server.addressOf("bench.ipynb"));
    // A server that is up: its first request of all pays for what it loads.
    await getSoon(address, "/api/runs", "application/json");
    const milliseconds = async (route: string, accept: string): Promise<number> =>
      1000 * (await seconds(() => get(address, route, accept)));
    const chart = `/api/runs/${rows.runId}/series?names=loss&axis=step&points=2000`;
    const json = "application/json";
    const chartMs = await milliseconds(chart, "application/octet-stream");
    const againMs = await milliseconds(chart, "application/octet-stream");
    const lines = `/api/runs/${logs.runId}/logs?from=-500&limit=500`;
    await get(address, lines, json);
    const errorsMs = await milliseconds(`${lines}&levels=error`, json);
    const searchMs = await milliseconds(`${lines}&search=worker%20lost`, json);
    const told = async (run: Shipper): Promise<TelemetryView> =>
      JSON.parse(`${await get(address, `/api/runs/${run.runId}/telemetry`, json)}`) as TelemetryView;
    const points = (await told(rows)).series.reduce((sum, series) => sum + series.count, 0);
    const total = (await told(logs)).logs.total;
    if (points !== count.points || total !== count.lines)
      throw new Error(
        `${points} points and ${total} lines are there, not ${count.points} and ${count.lines}`,
      );
    return { chartMs, againMs, errorsMs, searchMs };
  } finally {
    await server.close();
  }
}

async function shipAll(run: Shipper, writer: string, blocks: readonly Uint8Array[]): Promise<void> {
  for (const block of blocks) await run.ship(writer, block);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function rowBlocks(points: number): readonly Uint8Array[] {
  const noise = noiseOf(1);
  return blocksOf(points / 2, ROWS_A_BLOCK, (step) => {
    const values = [2 * Math.exp(-step / 1e5) + 0.1 * noise(), 1 - 0.3 * noise()];
    return encodeRow(0, 1.7e9 + step * 0.05 + noise() * 0.002, step, values);
  });
}

function lineBlocks(lines: number): readonly Uint8Array[] {
  const noise = noiseOf(2);
  return blocksOf(lines, LINES_A_BLOCK, (at) => {
    const head = { type: "log", time: 1.7e9 + at * 0.01, logger: "train" };
    if (at % 2_000 === 1_234)
      return encodeFact({ ...head, level: "error", text: `worker lost after ${at} s` });
    const text = `epoch ${Math.floor(at / 1000)} batch ${at % 1000} loss=${noise().toFixed(4)} lr=0.001`;
    return encodeFact({ ...head, level: at % 50 === 0 ? "warning" : "info", text });
  });
}

function blocksOf(count: number, size: number, encode: (at: number) => Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, block) =>
    concatBytes(
      Array.from({ length: Math.min(size, count - block * size) }, (_, at) => encode(block * size + at)),
    ),
  );
}

function noiseOf(start: number): () => number {
  let seed = start;
  return () => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return seed / 0x7fff_ffff;
  };
}

function peerPoints(parent: string, python: string | null, name: string, points: number): number {
  const folder = mkdtempSync(path.join(parent, "peer-"));
  try {
    const answer = execFileSync(python ?? "", [peers, name, folder, String(points)], {
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
    return points / (JSON.parse(answer) as { readonly seconds: number }).seconds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
