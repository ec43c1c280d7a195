/** A big notebook that nobody had open: until a client has its first screen, and what it costs the server to hold. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type * as Y from "yjs";
import type { ApiClient } from "../../src/client/api-client.ts";
import { OutputsClient } from "../../src/client/outputs-client.ts";
import { storedOf } from "../../src/document/output-face.ts";
import type { Output } from "../../src/nbformat/notebook.ts";
import { bigNotebook, OUTPUT_BYTES } from "../lib/big-notebooks.ts";
import type { Bench } from "../lib/case.ts";
import { processorMsOf, residentMegabytesOf } from "../lib/process.ts";
import { RoomClient } from "../lib/room-client.ts";
import type { RoomServer } from "../lib/room-server.ts";
import { sideBySide } from "../lib/side-by-side.ts";
import { jupyter } from "../peers/jupyter.ts";
import { startLoopbook } from "../peers/loopbook.ts";

const CELLS = 1_000;
const NOTEBOOKS = 5;
/** Until what was only needed for opening is given back, as far as it is. */
const REST_MS = 3_000;

/** What a server still loads after it said its address; a person's browser starts meanwhile. */
const START_MS = 1_500;

/** On a big screen, and a little beyond. */
const FIRST_CELLS = 20;

interface Figures {
  readonly servedMs: number;
  readonly firstMs: number;
  /** Processor time of the server until then, which a busy machine changes less. */
  readonly firstWorkMs: number;
  readonly firstKilobytes: number;
  readonly wholesMs: number;
  readonly allMs: number;
  readonly allKilobytes: number;
  readonly megabytesFirst: number;
  readonly megabytesEach: number;
}

export const opening: Bench = {
  name: "opening",
  async run({ folder, times, say }) {
    const names = Array.from({ length: NOTEBOOKS + 1 }, (_, number) =>
      bigNotebook(folder, { cells: CELLS, number }),
    );
    const [first = "", ...others] = names;
    const file = path.join(folder, first);
    const ours: Figures[] = [];
    const theirs: Figures[] = [];
    const parse: number[] = [];
    for (let turn = 1; turn <= Math.min(times, 3); turn++) {
      const startedAt = performance.now();
      JSON.parse(readFileSync(file, "utf8"));
      parse.push(performance.now() - startedAt);
      say(`loopbook, ${turn}`);
      ours.push(await figuresOf(await startLoopbook(folder), first, others, true));
      if (jupyter === null) continue;
      say(`jupyter-collaboration, ${turn}`);
      theirs.push(await figuresOf(await jupyter.start(folder), first, others, false));
    }
    const of = (pick: (figures: Figures) => number) => ({ ours: ours.map(pick), jupyter: theirs.map(pick) });
    const megabytes = statSync(file).size / 1e6;
    return sideBySide(
      `Opening ${CELLS.toLocaleString("en")} cells, ${megabytes.toFixed(0)} MB`,
      `Each cell has an output of ${OUTPUT_BYTES / 1000} kB, by turns a text, a picture and a web page. A fresh server that has been up for ${START_MS / 1000} s, a client that knows nothing: from asking for the notebook until it has all texts and what is told of the outputs of the first ${FIRST_CELLS} cells; then their wholes, which lie in the store (with jupyter-collaboration in the document); then all. Memory: what the server's process holds more when it is open, and what more for each when ${NOTEBOOKS} more such notebooks are, each with a client.`,
      [
        {
          what: "cold, until the server has sent the first screen, ms",
          ...of(({ servedMs }) => servedMs),
          limit: { values: parse, is: "read and parse the file" },
          goal: "≤ 150",
          digits: 0,
        },
        { what: "and the client has read it, ms", ...of(({ firstMs }) => firstMs), goal: "", digits: 0 },
        {
          what: "the server's processor time until then, ms",
          ...of(({ firstWorkMs }) => firstWorkMs),
          goal: "",
          digits: 0,
        },
        {
          what: "sent before it, kB",
          ...of(({ firstKilobytes }) => firstKilobytes),
          goal: "≤ 300",
          digits: 0,
        },
        {
          what: "with the wholes of its outputs, ms",
          ...of(({ wholesMs }) => wholesMs),
          goal: "",
          digits: 0,
        },
        { what: "to all of it, ms", ...of(({ allMs }) => allMs), goal: "", digits: 0 },
        { what: "sent before that, kB", ...of(({ allKilobytes }) => allKilobytes), goal: "", digits: 0 },
        { what: "memory for it, MB", ...of(({ megabytesFirst }) => megabytesFirst), goal: "≤ 30", digits: 0 },
        {
          what: "memory for each further, MB",
          ...of(({ megabytesEach }) => megabytesEach),
          limit: { values: [megabytes], is: "the file" },
          goal: "≤ 30",
          digits: 0,
        },
      ],
    );
  },
};

async function figuresOf(
  server: RoomServer & { readonly api?: ApiClient },
  first: string,
  others: readonly string[],
  hasResults: boolean,
): Promise<Figures> {
  try {
    await wait(START_MS);
    const atFirst = residentMegabytesOf(server.pid);
    const workBefore = processorMsOf(server.pid);
    const startedAt = performance.now();
    const since = (): number => performance.now() - startedAt;
    const address = await server.room(first);
    const client = await RoomClient.greet(address, { hasResults });
    await client.until("the first screen", () => client.hasFirst(FIRST_CELLS));
    const firstMs = since();
    const servedMs = (client.documentCameAt ?? performance.now()) - startedAt;
    const firstWorkMs = processorMsOf(server.pid) - workBefore;
    const firstKilobytes = client.received / 1000;
    if (server.api) await readWholes(server.api, address.url, client);
    const wholesMs = since();
    await client.complete();
    const allMs = since();
    if (client.doc.getArray("cells").length !== CELLS) throw new Error("not all cells came");
    const clients = [client];
    await wait(REST_MS);
    const before = residentMegabytesOf(server.pid);
    const megabytesFirst = before - atFirst;
    for (const name of others)
      clients.push(await RoomClient.connect(await server.room(name), { hasResults }));
    await wait(REST_MS);
    const megabytesEach = (residentMegabytesOf(server.pid) - before) / others.length;
    for (const one of clients) one.close();
    const allKilobytes = client.received / 1000;
    return {
      servedMs,
      firstMs,
      firstWorkMs,
      firstKilobytes,
      wholesMs,
      allMs,
      allKilobytes,
      megabytesFirst,
      megabytesEach,
    };
  } finally {
    await server.close();
  }
}

/** As a page does that shows the first cells. */
async function readWholes(api: ApiClient, url: string, client: RoomClient): Promise<void> {
  const id = /\/notebooks\/([^/]+)\/live/.exec(url)?.[1] ?? "";
  const reader = new OutputsClient(api, id);
  const cells = client.doc.getArray<Y.Map<unknown>>("cells").slice(0, FIRST_CELLS);
  const outputs = cells.flatMap((cell) => client.outputs.get(String(cell.get("id"))) ?? []) as Output[];
  await Promise.all(
    outputs.map((output) => {
      const stored = storedOf(output);
      if (stored?.kind === "log") return reader.lines(stored.ref, 0, stored.lines);
      return stored ? reader.value(stored.ref) : Promise.resolve();
    }),
  );
}
