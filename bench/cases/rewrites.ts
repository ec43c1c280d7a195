/** One output that is redrawn without end: what is left of it in the live notebook, and what a newcomer waits for. */
import path from "node:path";
import * as Y from "yjs";
import type { Bench } from "../lib/case.ts";
import { execute, joinLive, startKernel } from "../lib/executing.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { RoomClient, writeCells } from "../lib/room-client.ts";
import { watchRoom } from "../lib/room-clients.ts";
import type { RoomAddress, RoomPeer } from "../lib/room-server.ts";
import { sideBySide } from "../lib/side-by-side.ts";
import { flood } from "../lib/typing.ts";
import { hocuspocus } from "../peers/hocuspocus.ts";
import { jupyter } from "../peers/jupyter.ts";
import { startLoopbook } from "../peers/loopbook.ts";

const REWRITES = 100_000;
/** A peer gets so much time, and stops at `REWRITES`. */
const PEER_SECONDS = 12;
const CHART_BYTES = 1_000;

interface Figures {
  readonly rewrites: number;
  readonly seconds: number;
  readonly bytesBefore: number;
  readonly bytes: number;
  readonly joinMs: number;
}

export const rewrites: Bench = {
  name: "rewrites",
  async run({ folder, times, scale, say }) {
    const most = Math.round(REWRITES * scale);
    const found: Record<"ours" | "jupyter" | "hocuspocus", Figures[]> = {
      ours: [],
      jupyter: [],
      hocuspocus: [],
    };
    for (let turn = 1; turn <= Math.min(times, 2); turn++) {
      say(`loopbook, ${turn}`);
      found.ours.push(await ourFigures(folder, turn, most));
      for (const [key, peer] of [
        ["jupyter", jupyter],
        ["hocuspocus", hocuspocus(say)],
      ] as const) {
        if (peer === null) continue;
        say(`${peer.name}, ${turn}`);
        found[key].push(await peerFigures(peer, folder, turn, most));
      }
    }
    const of = (pick: (figures: Figures) => number) => ({
      ours: found.ours.map(pick),
      jupyter: found.jupyter.map(pick),
      hocuspocus: found.hocuspocus.map(pick),
    });
    return sideBySide(
      "One output, rewritten again and again",
      `Loopbook: a real kernel updates a display ${most.toLocaleString("en")} times with ${CHART_BYTES} bytes, one client looks on. The others: a client replaces the output in the document, as JupyterLab does, 32 replacements under way at any time, for ${PEER_SECONDS} s at most. Document: what a newcomer is sent of it, text and outputs. Late join: until a newcomer has all of that.`,
      [
        { what: "rewrites", ...of((figures) => figures.rewrites), goal: "", digits: 0 },
        {
          what: "rewrites a second",
          ...of(({ rewrites: count, seconds }) => count / seconds),
          goal: "",
          digits: 0,
        },
        {
          what: "document then, kB",
          ...of(({ bytes }) => bytes / 1000),
          limit: { values: [CHART_BYTES / 1000], is: "the output" },
          goal: "≤ 10",
        },
        {
          what: "left by each rewrite, bytes",
          ...of(({ bytes, bytesBefore, rewrites: count }) =>
            Math.max(0, (bytes - bytesBefore - CHART_BYTES) / count),
          ),
          goal: "0",
          digits: 2,
        },
        { what: "late join, ms", ...of(({ joinMs }) => joinMs), goal: "≤ 50", digits: 0 },
      ],
    );
  },
};

async function ourFigures(folder: string, turn: number, most: number): Promise<Figures> {
  const file = writeNotebook(path.join(folder, `rewritten-${turn}.ipynb`), [
    "'here'",
    `from IPython.display import display
shown = display({"application/json": {}}, raw=True, display_id=True)
for i in range(${most}): shown.update({"application/json": f"{i:07}" + "x" * ${CHART_BYTES - 7}}, raw=True)`,
  ]);
  const server = await startLoopbook(folder);
  try {
    const { id, address } = await server.open(path.basename(file));
    const client = await joinLive(server.api, id);
    await startKernel(server.api, id, client);
    const cell = [...(client.doc.getArray("cells") as Y.Array<Y.Map<unknown>>)].map((one) =>
      one.get("id"),
    )[1];
    const before = await lateJoin(address, true);
    const startedAt = performance.now();
    await execute(server.api, id, client, cell as Parameters<typeof execute>[3]).ended;
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await lateJoin(address, true);
    client.close();
    return { rewrites: most, seconds, bytesBefore: before.bytes, ...after };
  } finally {
    await server.close();
  }
}

async function peerFigures(peer: RoomPeer, folder: string, turn: number, most: number): Promise<Figures> {
  const name = path.basename(writeNotebook(path.join(folder, `rewritten-${peer.name}-${turn}.ipynb`), ["1"]));
  const server = await peer.start(folder);
  try {
    const address = await server.room(name);
    const author = await RoomClient.connect(address);
    if (author.doc.getArray("cells").length === 0) writeCells(author.doc, ["1"]);
    const before = await lateJoin(address, false);
    const outputs = author.cell().get("outputs") as Y.Array<unknown>;
    const replace = (mark: string): void =>
      author.doc.transact(() => {
        outputs.delete(0, outputs.length);
        outputs.insert(0, [outputOf(mark)]);
      });
    const watchers = await watchRoom(address, 1);
    const { count, seconds } = await flood(watchers, replace, { window: 32, seconds: PEER_SECONDS, most });
    watchers.close();
    const after = await lateJoin(address, false);
    author.close();
    return { rewrites: count, seconds, bytesBefore: before.bytes, ...after };
  } finally {
    await server.close();
  }
}

function outputOf(mark: string): Y.Map<unknown> {
  const output = new Y.Map<unknown>();
  output.set("output_type", "display_data");
  output.set("metadata", {});
  output.set("data", { "application/json": mark.padEnd(CHART_BYTES, "x") });
  return output;
}

async function lateJoin(
  address: RoomAddress,
  hasResults: boolean,
): Promise<Pick<Figures, "bytes" | "joinMs">> {
  const startedAt = performance.now();
  const client = await RoomClient.connect(address, { hasResults });
  const joinMs = performance.now() - startedAt;
  client.close();
  return { joinMs, bytes: client.received };
}
