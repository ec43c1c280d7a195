/** What is lost when the server is killed while people type and cells print, and when the file changes under them. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import type { CellId } from "../../src/util/ids.ts";
import type { Bench } from "../lib/case.ts";
import { freePort } from "../lib/children.ts";
import { execute, joinLive, startKernel, untilTrue } from "../lib/executing.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import type { Table } from "../lib/report.ts";
import { RoomClient } from "../lib/room-client.ts";
import { markOf } from "../lib/room-clients.ts";
import type { RoomServer } from "../lib/room-server.ts";
import { jupyter } from "../peers/jupyter.ts";
import { startLoopbook } from "../peers/loopbook.ts";

const TYPED_MS = 20;
const EDITS = 250;
const OUTSIDE_MS = 50;
const OUTSIDE_EDITS = 80;
const LINES = 300;

type Start = (folder: string, port?: number) => Promise<RoomServer>;

/** How many of how many are lost. */
interface Lost {
  readonly lost: number;
  readonly of: number;
}

export const losses: Bench = {
  name: "losses",
  async run({ folder, say }): Promise<Table> {
    const states = new Map<number, string>();
    /** The second on a port goes on from the first's state. */
    const ours: Start = async (where, port = 0) => {
      const server = await startLoopbook(where, port, states.get(port));
      states.set(port, server.stateFolder);
      return server;
    };
    const peer = jupyter;
    const both = async (
      what: string,
      here: (start: Start, name: string) => Promise<readonly Lost[]>,
      there = here,
    ) => {
      say(`${what}, loopbook`);
      const found = await here(ours, "loopbook");
      if (peer) say(`${what}, jupyter-collaboration`);
      return { here: found, there: peer ? await there(peer.start, "jupyter") : [] };
    };
    const typed = await both("killed while somebody types", (start, name) =>
      killedWhileTyping(start, folder, name),
    );
    const printed = await both(
      "killed while a cell prints",
      async (start) => [await killedWhilePrinting(start, folder)],
      async (start) => [await killedWhileAppending(start, folder)],
    );
    const outside = await both("changed outside", (start, name) => changedOutside(start, folder, name));
    const row = (what: string, { here, there }: typeof typed, index = 0): readonly string[] => [
      what,
      shown(here[index]),
      shown(there[index]),
      "0",
    ];
    return {
      title: "What is lost",
      how: `Typed: an edit each ${TYPED_MS} ms, \`kill -9\` of the server ${TYPED_MS} ms after the last, another server in its place; what a newcomer lacks, and what is still lacking when the client that typed has come back with its copy. Printed: a line each ${TYPED_MS} ms by a real kernel through the same kill (with jupyter-collaboration by a client, as JupyterLab writes outputs); what a newcomer lacks. Outside: another program adds a cell to the file while somebody types each ${OUTSIDE_MS} ms; what the document lacks in the end.`,
      head: ["lost", "loopbook", "jupyter-collaboration", "goal"],
      rows: [
        row("edits at kill -9, for a newcomer", typed),
        row("the same, when who typed them is back", typed, 1),
        row("cells doubled by that", typed, 2),
        row("printed lines at kill -9", printed),
        row("live edits when the file changes outside", outside),
      ],
    };
  },
};

const shown = (found?: Lost): string => (found ? `${found.lost} of ${found.of}` : "–");

function lostIn(doc: Y.Doc, marks: readonly string[]): Lost {
  const text = JSON.stringify(doc.getArray("cells").toJSON());
  return { lost: marks.filter((mark) => !text.includes(mark)).length, of: marks.length };
}

async function killedWhileTyping(start: Start, folder: string, name: string): Promise<readonly Lost[]> {
  const file = path.basename(writeNotebook(path.join(folder, `typed-${name}.ipynb`), ["# here"]));
  const port = await freePort();
  const first = await start(folder, port);
  const author = await RoomClient.connect(await first.room(file));
  const marks: string[] = [];
  for (let edit = 0; edit < EDITS; edit++) {
    const mark = markOf(edit);
    author.text().insert(0, mark);
    marks.push(mark);
    await wait(TYPED_MS);
  }
  await first.kill();
  author.close();
  const second = await start(folder, port);
  try {
    const newcomer = await RoomClient.connect(await second.room(file));
    const alone = lostIn(newcomer.doc, marks);
    const back = await RoomClient.connect(await second.room(file), { doc: author.doc });
    await newcomer
      .until("what came back", () => lostIn(newcomer.doc, marks).lost === 0, 3_000)
      .catch(() => {});
    const together = lostIn(newcomer.doc, marks);
    const doubled = { lost: newcomer.doc.getArray("cells").length - 1, of: 1 };
    newcomer.close();
    back.close();
    return [alone, together, doubled];
  } finally {
    await second.close();
  }
}

async function killedWhilePrinting(start: Start, folder: string): Promise<Lost> {
  const name = path.basename(
    writeNotebook(path.join(folder, "printed.ipynb"), [
      `import time\nfor i in range(${LINES}):\n    print(f"<m{i:07}>", flush=True)\n    time.sleep(${TYPED_MS / 1000})`,
    ]),
  );
  const port = await freePort();
  const first = (await start(folder, port)) as Awaited<ReturnType<typeof startLoopbook>>;
  const { id } = await first.open(name);
  const live = await joinLive(first.api, id);
  await startKernel(first.api, id, live);
  const cell = (live.doc.getArray("cells").get(0) as Y.Map<unknown>).get("id") as CellId;
  await execute(first.api, id, live, cell).begun;
  await wait((LINES * TYPED_MS) / 2);
  await first.kill();
  live.close();
  const second = (await start(folder, port)) as typeof first;
  try {
    const again = await second.open(name);
    const newcomer = await joinLive(second.api, again.id);
    const { results } = newcomer;
    await untilTrue(
      (look) => results.onChange(look),
      () => results.of(cell).executionState === "idle" && results.of(cell).executionCount !== null,
    );
    const said = JSON.stringify(results.of(cell).outputs);
    const log = await wholeLog(second.api.baseUrl, second.api.headers(), again.id, said);
    newcomer.close();
    await second.api.kernel(again.id, { action: "shutdown" });
    const marks = Array.from({ length: LINES }, (_, index) => markOf(index));
    return { lost: marks.filter((mark) => !log.includes(mark)).length, of: LINES };
  } finally {
    await second.close();
  }
}

/** What lies in the store, where the document has a face of it. */
async function wholeLog(
  base: string,
  headers: Record<string, string>,
  id: string,
  said: string,
): Promise<string> {
  const ref = /"ref":"([^"]+)"/.exec(said)?.[1];
  if (ref === undefined) return said;
  const response = await fetch(`${base}/api/notebooks/${id}/outputs/${ref}/text`, { headers });
  if (!response.ok) throw new Error(`the log: ${response.status}`);
  return response.text();
}

async function killedWhileAppending(start: Start, folder: string): Promise<Lost> {
  const file = path.basename(writeNotebook(path.join(folder, "appended.ipynb"), ["# prints"]));
  const port = await freePort();
  const first = await start(folder, port);
  const client = await RoomClient.connect(await first.room(file));
  const outputs = client.cell().get("outputs") as Y.Array<unknown>;
  const text = new Y.Text();
  const output = new Y.Map<unknown>();
  output.set("output_type", "stream");
  output.set("name", "stdout");
  output.set("text", text);
  outputs.insert(0, [output]);
  const marks = Array.from({ length: LINES }, (_, index) => markOf(index));
  for (const mark of marks) {
    text.insert(text.length, `${mark}\n`);
    await wait(TYPED_MS);
  }
  await first.kill();
  client.close();
  const second = await start(folder, port);
  try {
    const newcomer = await RoomClient.connect(await second.room(file));
    const found = lostIn(newcomer.doc, marks);
    newcomer.close();
    return found;
  } finally {
    await second.close();
  }
}

async function changedOutside(start: Start, folder: string, name: string): Promise<readonly Lost[]> {
  const file = path.join(folder, `outside-${name}.ipynb`);
  writeNotebook(file, ["# here", "x = 1"]);
  const server = await start(folder, await freePort());
  try {
    const author = await RoomClient.connect(await server.room(path.basename(file)));
    const marks: string[] = [];
    for (let edit = 0; edit < OUTSIDE_EDITS; edit++) {
      const mark = markOf(edit);
      author.text().insert(author.text().length, mark);
      marks.push(mark);
      if (edit === OUTSIDE_EDITS / 2) addCell(file);
      await wait(OUTSIDE_MS);
    }
    await author.until(
      "the cell from outside",
      () => JSON.stringify(author.doc.getArray("cells").toJSON()).includes("from outside"),
      15_000,
    );
    const newcomer = await RoomClient.connect(await server.room(path.basename(file)));
    const found = lostIn(newcomer.doc, marks);
    newcomer.close();
    author.close();
    return [found];
  } finally {
    await server.close();
  }
}

function addCell(file: string): void {
  const notebook = JSON.parse(readFileSync(file, "utf8"));
  const [first] = notebook.cells;
  notebook.cells.push({ ...first, id: "outside", source: "# from outside" });
  writeFileSync(`${file}.new`, `${JSON.stringify(notebook, null, 1)}\n`);
  renameSync(`${file}.new`, file);
}
