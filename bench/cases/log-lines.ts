/** A million log lines into one cell, from the request to the last line in the notebook. */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type * as Y from "yjs";
import type { CellId } from "../../src/util/ids.ts";
import { type Bench, inTurns } from "../lib/case.ts";
import { execute, joinLive, startKernel } from "../lib/executing.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { measure } from "../lib/process.ts";
import { RoomClient } from "../lib/room-client.ts";
import { nbclient, raw } from "../lib/runners.ts";
import { summary } from "../lib/statistics.ts";
import { startLoopbook } from "../peers/loopbook.ts";

const LINES = 1_000_000;

interface Figures {
  readonly seconds: number;
  /** What a newcomer is sent; a file has no newcomers. */
  readonly documentKilobytes?: number;
  readonly fileMegabytes: number;
}

export const logLines: Bench = {
  name: "log-lines",
  async run({ folder, times, scale, say }) {
    const lines = Math.round(LINES * scale);
    const source = `for i in range(${lines}): print(f"step {i} loss={1 / (i + 1):.9f} accuracy={i % 977 / 977:.9f}")`;
    const input = writeNotebook(path.join(folder, "lines.ipynb"), [source]);
    const output = path.join(folder, "lines-out.ipynb");
    const plain = async (runner: typeof raw): Promise<Figures> => {
      const { stdout, seconds } = await measure(runner.command(input, output));
      return {
        // The floor tells what the cell alone took.
        seconds: runner === raw ? JSON.parse(stdout).cells : seconds,
        fileMegabytes: statSync(output).size / 1e6,
      };
    };
    const results = await inTurns<Figures>(
      [
        { name: "the kernel alone", work: () => plain(raw) },
        { name: "nbclient, nothing live", work: () => plain(nbclient) },
        { name: "loopbook, live", work: () => live(folder, source) },
      ],
      Math.min(times, 3),
      say,
    );
    const of = (turns: readonly Figures[], pick: (figures: Figures) => number | undefined): string => {
      const values = turns.flatMap((figures) => pick(figures) ?? []);
      return values.length > 0 ? summary(values, 1) : "–";
    };
    return {
      title: `${lines.toLocaleString("en")} log lines into one cell`,
      how: "Printed line by line. The kernel alone: its sockets and a loop, from the request to idle. nbclient: the whole command. Loopbook: from the request until a client that looks on has the end; document: what a newcomer is sent of it, text and outputs (the lines lie in the store and are read and searched there); the file has the first and the last lines with a stated cut.",
      head: ["", "seconds", "document, kB", "file, MB", "goal"],
      rows: [...results].map(([name, turns], index) => [
        name,
        of(turns, ({ seconds }) => seconds),
        of(turns, ({ documentKilobytes }) => documentKilobytes),
        of(turns, ({ fileMegabytes }) => fileMegabytes),
        index === 2 ? "≤ 20 s, ≤ 10 kB" : "",
      ]),
    };
  },
};

async function live(folder: string, source: string): Promise<Figures> {
  const file = writeNotebook(path.join(folder, "lines-live.ipynb"), [source]);
  const server = await startLoopbook(folder);
  try {
    const { id, address } = await server.open(path.basename(file));
    const client = await joinLive(server.api, id);
    await startKernel(server.api, id, client);
    const cell = (client.doc.getArray("cells") as Y.Array<Y.Map<unknown>>).get(0).get("id") as CellId;
    const startedAt = performance.now();
    await execute(server.api, id, client, cell).ended;
    const seconds = (performance.now() - startedAt) / 1000;
    const newcomer = await RoomClient.connect(address, { hasResults: true });
    await server.api.save(id);
    const fileMegabytes = readFileSync(file).length / 1e6;
    newcomer.close();
    client.close();
    return { seconds, documentKilobytes: newcomer.received / 1000, fileMegabytes };
  } finally {
    await server.close();
  }
}
