/** What an edit costs: until it is on disk and acknowledged, and until forty-nine others have it. */
import path from "node:path";
import { WebSocket } from "ws";
import { type Bench, inTurns } from "../lib/case.ts";
import { trivialCells, writeNotebook } from "../lib/notebooks.ts";
import { everyRoomServer, type NamedRoomServer } from "../lib/peers.ts";
import { rawSync } from "../lib/raw-sync.ts";
import { withRelay } from "../lib/relayed.ts";
import { RoomClient, writeCells } from "../lib/room-client.ts";
import { watchRoom } from "../lib/room-clients.ts";
import { sideBySide } from "../lib/side-by-side.ts";
import { type Delays, delaysOf } from "../lib/statistics.ts";
import { flood, typeAtPace } from "../lib/typing.ts";

const EDITS = 200;
const WATCHERS = 49;
const RATE = 50;
const SECONDS = 4;
const FLOOD = { window: 64, seconds: 4 };
/** Of a frame that carries one edit of one mark. */
const FRAME_BYTES = 40;

interface Turn {
  readonly pace: Delays;
  /** Edits a second. */
  readonly flood: number;
}

export const rooms: Bench = {
  name: "rooms",
  async run({ folder, times, say }) {
    const sizes = [20, 1000].map((count) => writeNotebook(at(folder, count), trivialCells(count)));
    const servers = await everyRoomServer(folder, say);
    try {
      const turns = Math.min(times, 3);
      let shared = 0;
      const work = (server: NamedRoomServer) => ({
        name: server.name,
        work: () => sharedTurn(server, folder, shared++),
      });
      const [ours] = servers;
      if (!ours) throw new Error("no server");
      const disk = await inTurns<Delays>(
        [
          { name: "disk", work: async () => delaysOf(rawSync(path.join(folder, "raw"), EDITS)) },
          ...sizes.map((file) => ({ name: path.basename(file), work: () => acknowledged(ours, file) })),
        ],
        turns,
        say,
      );
      const others = await inTurns<Turn>(
        [{ name: "relay", work: relayTurn }, ...servers.map(work)],
        turns,
        say,
      );
      const of = (name: string, pick: (turn: Turn) => number): number[] => (others.get(name) ?? []).map(pick);
      const p50s = (name: string): number[] => (disk.get(name) ?? []).map(({ p50 }) => p50);
      const shown = (pick: (turn: Turn) => number, is: string) => ({
        ours: of("loopbook", pick),
        jupyter: of("jupyter-collaboration", pick),
        hocuspocus: of("hocuspocus", pick),
        limit: { values: of("relay", pick), is },
      });
      const sync = { values: p50s("disk"), is: "append, fdatasync" };
      return sideBySide(
        "An edit in a room",
        `One room, ${WATCHERS + 1} clients, all in one process beside the server. A → B: ${RATE} edits a second of one client for ${SECONDS} s, milliseconds until another has the bytes. Flood: ${FLOOD.window} edits under way at any time, counted when all others have them. The relay passes frames on unread and merges none, and keeps nothing; hocuspocus here keeps nothing on disk either; jupyter-collaboration writes to SQLite some time later. Loopbook has each edit on disk before it acknowledges it: ${EDITS} edits one after the other, each until that is said. Medians of ${turns} turns (lowest–highest).`,
        [
          {
            what: "A → B, p50, ms",
            ...shown(({ pace }) => pace.p50, "relay"),
            goal: "≤ 2 × the relay",
            digits: 2,
          },
          { what: "A → B, p99, ms", ...shown(({ pace }) => pace.p99, "relay"), goal: "≤ 8", digits: 2 },
          {
            what: "flood, edits/s that all have",
            ...shown((turn) => turn.flood, "relay, unmerged"),
            goal: "≥ 2,700",
            digits: 0,
          },
          ...sizes.map((file, index) => ({
            what: `acknowledged edit, ${[20, "1,000"][index]} cells, p50, ms`,
            ours: p50s(path.basename(file)),
            limit: sync,
            goal: "≤ 5",
            digits: 2,
          })),
        ],
      );
    } finally {
      for (const server of servers) await server.close();
    }
  },
};

const at = (folder: string, name: number | string): string => path.join(folder, `room-${name}.ipynb`);

async function acknowledged(server: NamedRoomServer, file: string): Promise<Delays> {
  const client = await RoomClient.connect(await server.room(path.basename(file)));
  const samples: number[] = [];
  await client.durable();
  for (let edit = 0; edit < EDITS; edit++) {
    const start = performance.now();
    client.text().insert(0, "x");
    await client.durable();
    samples.push(performance.now() - start);
  }
  client.close();
  return delaysOf(samples);
}

/** In a new notebook, so that each turn begins alike. */
async function sharedTurn(server: NamedRoomServer, folder: string, number: number): Promise<Turn> {
  const file = writeNotebook(at(folder, `shared-${number}`), trivialCells(20));
  const address = await server.room(path.basename(file));
  const author = await RoomClient.connect(address);
  if (author.doc.getArray("cells").length === 0) writeCells(author.doc, trivialCells(20));
  const type = (mark: string): void => {
    const text = author.text();
    text.insert(text.length, mark);
  };
  const watchers = await watchRoom(address, WATCHERS);
  const pace = await typeAtPace(watchers, type, { rate: RATE, seconds: SECONDS });
  watchers.close();
  const fresh = await watchRoom(address, WATCHERS);
  const { count, seconds } = await flood(fresh, type, FLOOD);
  fresh.close();
  author.close();
  return { pace, flood: count / seconds };
}

function relayTurn(): Promise<Turn> {
  return withRelay(async (url) => {
    const address = { url, headers: {} };
    const author = new WebSocket(url, { perMessageDeflate: false });
    const type = (mark: string): void => author.send(Buffer.from(mark.padEnd(FRAME_BYTES)));
    const watchers = await watchRoom(address, WATCHERS, false);
    const pace = await typeAtPace(watchers, type, { rate: RATE, seconds: SECONDS });
    watchers.close();
    const fresh = await watchRoom(address, WATCHERS, false);
    const { count, seconds } = await flood(fresh, type, FLOOD);
    fresh.close();
    author.terminate();
    return { pace, flood: count / seconds };
  });
}
