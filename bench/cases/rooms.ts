/** What an edit costs: until it is on disk and acknowledged, and until fifty others have it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import type * as Y from "yjs";
import { ApiClient } from "../../src/client/api-client.ts";
import type { LiveClient } from "../../src/client/live-client.ts";
import { nodeSockets } from "../../src/client/node-socket.ts";
import { openLive } from "../../src/client/open-live.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { trivialCells, writeNotebook } from "../lib/notebooks.ts";
import { markOf, watchRoom } from "../lib/room-clients.ts";
import { type BenchServer, startServer } from "../lib/server.ts";
import { median, summary } from "../lib/statistics.ts";

const EDITS = 200;
const WATCHERS = 49;
const RATE = 50;
const SECONDS = 4;
/** What one edit of one character is in the log. */
const RECORD_BYTES = 40;

interface Delays {
  readonly p50: number;
  readonly p99: number;
}

const work = (name: string, act: () => Promise<Delays>) => ({ name, work: act });

export const rooms: Bench = {
  name: "rooms",
  async run({ folder, times, say }) {
    const server = await startServer(path.join(folder, "room-state"), folder);
    try {
      const cases = [
        work("append and fdatasync, no room", () => rawSync(path.join(folder, "raw"))),
        ...[20, 1000].map((count) => {
          const file = writeNotebook(path.join(folder, `room-${count}.ipynb`), trivialCells(count));
          return work(`acknowledged edit, ${count} cells`, () => acknowledged(server, file));
        }),
        work("A → B, raw relay", relayed),
        work("A → B, room", () =>
          shared(server, writeNotebook(path.join(folder, "shared.ipynb"), trivialCells(20))),
        ),
      ];
      const results = await inTurns(cases, Math.min(times, 3), say);
      return {
        title: "An edit in a room",
        how: `Milliseconds. Acknowledged: one edit after the other, each until the server says that it is on its disk (${EDITS} a turn). A → B: ${RATE} edits a second of one client among ${WATCHERS + 1}, until each other client has the bytes, all clients in one process; the relay passes messages on unread. Medians of the turns (lowest–highest).`,
        head: ["what", "p50", "p99"],
        rows: [...results].map(([name, turns]) => [
          name,
          summary(
            turns.map(({ p50 }) => p50),
            2,
          ),
          summary(
            turns.map(({ p99 }) => p99),
            2,
          ),
        ]),
      };
    } finally {
      await server.close();
    }
  },
};

async function rawSync(file: string): Promise<Delays> {
  const descriptor = openSync(file, "a");
  const samples = Array.from({ length: EDITS }, () => {
    const start = performance.now();
    writeSync(descriptor, "x".repeat(RECORD_BYTES));
    fdatasyncSync(descriptor);
    return performance.now() - start;
  });
  closeSync(descriptor);
  return delaysOf(samples);
}

async function acknowledged(server: BenchServer, file: string): Promise<Delays> {
  const { client, text } = await join(server, file);
  const samples: number[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const start = performance.now();
    text.insert(0, "x");
    await client.acknowledged();
    samples.push(performance.now() - start);
  }
  client.close();
  return delaysOf(samples);
}

async function shared(server: BenchServer, file: string): Promise<Delays> {
  const { client, text, url, headers } = await join(server, file);
  const watchers = await watchRoom(url, headers, WATCHERS);
  await wait(500);
  const samples = await typed(watchers, (mark) => text.insert(text.length, mark));
  await client.acknowledged();
  client.close();
  return samples;
}

async function relayed(): Promise<Delays> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "../lib/relay.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    const url = `ws://127.0.0.1:${Number(said.toString())}`;
    const watchers = await watchRoom(url, {}, WATCHERS);
    const author = new WebSocket(url, { perMessageDeflate: false });
    await once(author, "open");
    const samples = await typed(watchers, (mark) => author.send(Buffer.from(mark.padEnd(RECORD_BYTES))));
    author.terminate();
    return samples;
  } finally {
    child.kill();
  }
}

async function typed(
  watchers: Awaited<ReturnType<typeof watchRoom>>,
  type: (mark: string) => void,
): Promise<Delays> {
  const start = performance.now();
  for (let edit = 0; edit < RATE * SECONDS; edit++) {
    const mark = markOf(edit);
    watchers.sent(mark);
    type(mark);
    await wait(Math.max(0, start + ((edit + 1) * 1000) / RATE - performance.now()));
  }
  await watchers.settle(5_000);
  watchers.close();
  if (watchers.delays.length < RATE * SECONDS * WATCHERS) throw new Error("edits did not arrive");
  return delaysOf(watchers.delays);
}

async function join(
  server: BenchServer,
  file: string,
): Promise<{ client: LiveClient; text: Y.Text; url: string; headers: Record<string, string> }> {
  const address = new URL(server.addressOf(path.basename(file)));
  const api = new ApiClient({
    baseUrl: address.origin,
    token: address.searchParams.get("token") ?? "",
    using: "cli",
  });
  const { id } = await api.openNotebook({ path: file });
  const headers = { ...api.headers() };
  const client = openLive(api, id, { openSocket: nodeSockets(headers) });
  await client.synced();
  const notebook = openLiveNotebook(client.doc);
  const [first] = notebook.cellIds();
  const text = first && notebook.sourceText(first);
  if (!text) throw new Error("no cell");
  return { client, text, url: api.liveUrl(id), headers };
}

function delaysOf(samples: readonly number[]): Delays {
  const sorted = samples.toSorted((a, b) => a - b);
  return { p50: median(samples), p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
}
