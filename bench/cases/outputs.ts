/** Outputs that a pipeline writes without end: a million log lines into one cell, and one chart redrawn 100,000 times. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import * as Y from "yjs";
import { ApiClient } from "../../src/client/api-client.ts";
import type { LiveClient } from "../../src/client/live-client.ts";
import { nodeSockets } from "../../src/client/node-socket.ts";
import { openLive } from "../../src/client/open-live.ts";
import { OutputsClient } from "../../src/client/outputs-client.ts";
import { storedOf } from "../../src/document/output-face.ts";
import { encodeResults } from "../../src/document/results-record.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import type { CellId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { type BenchServer, startServer } from "../lib/server.ts";
import { summary } from "../lib/statistics.ts";

const LOG = `for i in range(1_000_000): print(f"step {i} loss={1 / (i + 1):.9f} accuracy={i % 977 / 977:.9f} " + "." * 50)`;
const CHART = `from IPython.display import display
shown = display({"application/json": {}}, raw=True, display_id=True)
for i in range(100_000): shown.update({"application/json": {"points": [i] * 300}, "text/plain": f"chart {i}"}, raw=True)`;
const FIRST = `"the kernel is there"`;

interface Figures {
  readonly seconds: number;
  readonly documentBytes: number;
  readonly joinMs: number;
  readonly fileBytes: number;
  readonly serverMb: number;
  /** Of a log: to read its last lines, and to search all of it. */
  readonly readMs: number | null;
  readonly searchMs: number | null;
}

const work = (name: string, act: () => Promise<Figures>) => ({ name, work: act });

export const outputs: Bench = {
  name: "outputs",
  async run({ folder, times, say }) {
    let count = 0;
    const measured = async (source: string): Promise<Figures> => {
      const file = writeNotebook(path.join(folder, `outputs-${++count}.ipynb`), [FIRST, source]);
      const server = await startServer(path.join(folder, `outputs-state-${count}`), folder);
      try {
        return await figuresOf(server, file);
      } finally {
        await server.close();
      }
    };
    const cases = [
      work("1,000,000 printed lines", () => measured(LOG)),
      work("100,000 rewrites of one output", () => measured(CHART)),
    ];
    const results = await inTurns(cases, Math.min(times, 3), say);
    const column = (
      turns: readonly Figures[],
      of: (figures: Figures) => number | null,
      digits: number,
    ): string => {
      const values = turns.flatMap((figures) => of(figures) ?? []);
      return values.length === 0 ? "" : summary(values, digits);
    };
    return {
      title: "Outputs by reference",
      how: "One cell, with one client that looks on. Seconds from the request until the client has the end, all outputs written. Document: what a newcomer is sent of it, text and results. Late join: until a newcomer has all of that. File: the saved .ipynb. Memory: the server's peak. The log has about 100 bytes a line; its last 500 lines are read, and all of it is searched for a word that is in none. Medians (lowest–highest).",
      head: [
        "what",
        "s",
        "document, kB",
        "late join, ms",
        "file, MB",
        "server, MB",
        "last lines, ms",
        "search, ms",
      ],
      rows: [...results].map(([name, turns]) => [
        name,
        column(turns, ({ seconds }) => seconds, 1),
        column(turns, ({ documentBytes }) => documentBytes / 1000, 1),
        column(turns, ({ joinMs }) => joinMs, 0),
        column(turns, ({ fileBytes }) => fileBytes / 1e6, 2),
        column(turns, ({ serverMb }) => serverMb, 0),
        column(turns, ({ readMs }) => readMs, 0),
        column(turns, ({ searchMs }) => searchMs, 0),
      ]),
    };
  },
};

async function figuresOf(server: BenchServer, file: string): Promise<Figures> {
  const address = new URL(server.addressOf(path.basename(file)));
  const token = address.searchParams.get("token") ?? "";
  const api = new ApiClient({ baseUrl: address.origin, token, using: "cli" });
  const { id } = await api.openNotebook({ path: file });
  const join = async (): Promise<LiveClient> => {
    const client = openLive(api, id, { openSocket: nodeSockets({ ...api.headers() }) });
    await client.synced();
    return client;
  };
  const client = await join();
  const [first, cell] = openLiveNotebook(client.doc, client.results).cellIds();
  if (!first || !cell) throw new Error("no cells");
  await execute(api, id, client, first);
  const startedAt = performance.now();
  await execute(api, id, client, cell);
  const seconds = (performance.now() - startedAt) / 1000;
  await api.save(id);
  const joinedAt = performance.now();
  const late = await join();
  const joinMs = performance.now() - joinedAt;
  const documentBytes = Y.encodeStateAsUpdate(late.doc).length + encodeResults(late.results).length;
  const [output] = late.results.of(cell).outputs;
  const stored = output ? storedOf(output) : null;
  const reader = new OutputsClient(api, id);
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const from = performance.now();
    await act();
    return performance.now() - from;
  };
  const log = stored?.kind === "log" ? stored : null;
  const readMs = log && (await timed(() => reader.lines(log.ref, log.lines - 500, log.lines)));
  const searchMs = log && (await timed(() => reader.search(log.ref, "nowhere")));
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1];
  client.close();
  late.close();
  const fileBytes = statSync(file).size;
  return { seconds, documentBytes, joinMs, fileBytes, serverMb: Number(peak) / 1000, readMs, searchMs };
}

async function execute(api: ApiClient, id: string, client: LiveClient, cellId: CellId): Promise<void> {
  const source = openLiveNotebook(client.doc, client.results).cell(cellId)?.source ?? "";
  await api.execute(id, { cellId, sourceHash: sourceHash(source) });
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const { executionState, executionCount } = client.results.of(cellId);
      if (executionState === "idle" && executionCount !== null) resolve();
    };
    client.results.onChange(look);
    look();
  });
}
