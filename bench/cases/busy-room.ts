/** Somebody types while a pipeline writes a hundred outputs a second; again when it has written a million. */
import { mkdtempSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import * as Y from "yjs";
import type { CellId } from "../../src/util/ids.ts";
import type { Bench } from "../lib/case.ts";
import { startChild } from "../lib/children.ts";
import { execute, joinLive, startKernel } from "../lib/executing.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { withRelay } from "../lib/relayed.ts";
import { RoomClient } from "../lib/room-client.ts";
import { watchRoom } from "../lib/room-clients.ts";
import type { RoomAddress } from "../lib/room-server.ts";
import { loopbookEnv } from "../lib/runners.ts";
import { sideBySide } from "../lib/side-by-side.ts";
import type { Delays } from "../lib/statistics.ts";
import { flood, typeAtPace } from "../lib/typing.ts";
import { jupyter } from "../peers/jupyter.ts";
import { loopbookRooms } from "../peers/loopbook.ts";

const WATCHERS = 8;
const SECONDS = 8;
const RATE = 20;
const WRITES = 1_000_000;
/** What jupyter-collaboration can take in a time that one can wait for. */
const PEER_WRITES = 5_000;
const CHART_BYTES = 1_000;

interface Phases {
  readonly before: Delays;
  readonly after: Delays;
}

export const busyRoom: Bench = {
  name: "busy-room",
  async run({ folder, scale, say }) {
    const writes = Math.round(WRITES * scale);
    const peerWrites = Math.round(PEER_WRITES * scale);
    say("relay");
    const limit = await relayed();
    say("loopbook");
    const ours = await ourPhases(folder, writes, say);
    say("jupyter-collaboration");
    const peer = jupyter && (await peerPhases(folder, peerWrites, say));
    const row = (what: string, goal: string, pick: (phases: Phases) => number, isLimited = true) => ({
      what,
      goal,
      digits: 2,
      ours: [pick(ours)],
      jupyter: peer ? [pick(peer)] : [],
      ...(isLimited && {
        limit: { values: [pick({ before: limit, after: limit })], is: "relay, no pipeline" },
      }),
    });
    return sideBySide(
      "Typing while a pipeline writes",
      `Milliseconds from an edit (${RATE} a second for ${SECONDS} s) until each of ${WATCHERS} others has it, while a cell redraws an output of ${CHART_BYTES} bytes a hundred times a second: with Loopbook in a real kernel, with jupyter-collaboration by a client, as JupyterLab does. After load: ${writes.toLocaleString("en")} writes of an output in the same room before it; with jupyter-collaboration ${peerWrites.toLocaleString("en")}. Once each.`,
      [
        row("p50", "", ({ before }) => before.p50),
        row("p99", "≤ 10", ({ before }) => before.p99),
        row("p50 after load", "", ({ after }) => after.p50),
        row("p99 after load", "≤ 10", ({ after }) => after.p99),
        row("p99 after load, of before", "≤ 1.2", ({ before, after }) => after.p99 / before.p99, false),
      ],
    );
  },
};

function typed(address: RoomAddress, author: RoomClient, from: number): Promise<Delays> {
  return withWatchers(
    address,
    (mark) => {
      const text = author.text();
      text.insert(text.length, mark);
    },
    from,
  );
}

async function withWatchers(
  address: RoomAddress,
  type: (mark: string) => void,
  from: number,
  isGreeted = true,
): Promise<Delays> {
  const watchers = await watchRoom(address, WATCHERS, isGreeted);
  try {
    return await typeAtPace(watchers, type, { rate: RATE, seconds: SECONDS, from });
  } finally {
    watchers.close();
  }
}

function relayed(): Promise<Delays> {
  return withRelay(async (url) => {
    const author = new WebSocket(url, { perMessageDeflate: false });
    try {
      return await withWatchers({ url, headers: {} }, (mark) => author.send(Buffer.from(mark)), 0, false);
    } finally {
      author.terminate();
    }
  });
}

async function ourPhases(folder: string, writes: number, say: (line: string) => void): Promise<Phases> {
  const stateFolder = mkdtempSync(path.join(folder, ".loopbook-"));
  const file = writeNotebook(path.join(folder, "busy.ipynb"), [
    "# Somebody types here.",
    `import time
from IPython.display import display
shown = display({"application/json": {}}, raw=True, display_id=True)
began = time.perf_counter()
while (now := time.perf_counter()) < began + ${SECONDS + 2}:
    shown.update({"application/json": f"{now}".ljust(${CHART_BYTES}, "x")}, raw=True)
    time.sleep(0.01)`,
    "# The million is written here.",
  ]);
  const child = startChild({
    name: "writing server",
    env: loopbookEnv(stateFolder),
    argv: [process.execPath, path.join(import.meta.dirname, "../lib/writing-server.ts"), folder, stateFolder],
  });
  try {
    const shown = new URL(await child.says(/http:\S+/));
    const rooms = loopbookRooms(
      {
        pid: child.pid,
        addressOf: () => shown.href,
        kill: () => child.end("SIGKILL"),
        close: () => child.end("SIGTERM"),
      },
      folder,
      stateFolder,
    );
    const { id, address } = await rooms.open(path.basename(file));
    const live = await joinLive(rooms.api, id);
    await startKernel(rooms.api, id, live);
    const author = await RoomClient.connect(address);
    const pipeline = author.cell(1).get("id") as CellId;
    const phase = async (from: number): Promise<Delays> => {
      const execution = execute(rooms.api, id, live, pipeline);
      await execution.begun;
      const delays = await typed(address, author, from);
      await execution.ended;
      return delays;
    };
    const before = await phase(0);
    say(`loopbook, ${writes} writes`);
    child.write(`write ${writes}`);
    await child.says(/written \d+/, 600_000);
    say("loopbook, after them");
    const after = await phase(100_000);
    author.close();
    live.close();
    return { before, after };
  } finally {
    await child.end("SIGTERM");
  }
}

async function peerPhases(folder: string, writes: number, say: (line: string) => void): Promise<Phases> {
  const server = await (jupyter ?? missing()).start(folder);
  try {
    const file = writeNotebook(path.join(folder, "busy-jupyter.ipynb"), ["# typed", "chart", "load"]);
    const address = await server.room(path.basename(file));
    const author = await RoomClient.connect(address);
    const pipeline = await RoomClient.connect(address);
    const phase = async (from: number): Promise<Delays> => {
      let isOver = false;
      const writing = (async () => {
        for (let number = 0; !isOver; number++) {
          replaceOutput(pipeline, 1, `${number}`);
          await wait(10);
        }
      })();
      try {
        return await typed(address, author, from);
      } finally {
        isOver = true;
        await writing;
      }
    };
    const before = await phase(0);
    say(`jupyter-collaboration, ${writes} writes`);
    const watchers = await watchRoom(address, 1);
    await flood(watchers, (mark) => replaceOutput(pipeline, 2, mark), {
      window: 32,
      seconds: 30,
      most: writes,
    });
    watchers.close();
    say("jupyter-collaboration, after them");
    const after = await phase(100_000);
    author.close();
    pipeline.close();
    return { before, after };
  } finally {
    await server.close();
  }
}

function replaceOutput(client: RoomClient, cell: number, text: string): void {
  const outputs = client.cell(cell).get("outputs") as Y.Array<unknown>;
  const output = new Y.Map<unknown>();
  output.set("output_type", "display_data");
  output.set("metadata", {});
  output.set("data", { "application/json": text.padEnd(CHART_BYTES, "x") });
  client.doc.transact(() => {
    outputs.delete(0, outputs.length);
    outputs.insert(0, [output]);
  });
}

function missing(): never {
  throw new Error("jupyter-collaboration is not installed");
}
