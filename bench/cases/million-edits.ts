/** What an edit costs in a new room, and in one that has had a million. */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Bench } from "../lib/case.ts";
import { writeNotebook } from "../lib/notebooks.ts";
import { diskBytesOf } from "../lib/process.ts";
import { rawSync } from "../lib/raw-sync.ts";
import { RoomClient } from "../lib/room-client.ts";
import { median, summary } from "../lib/statistics.ts";
import { startLoopbook } from "../peers/loopbook.ts";

const EDITS = 1_000_000;
const SIZES = [1, 1_000, 5_000] as const;
/** Edits one after the other, each until it is acknowledged. */
const SINGLE = 300;
const MOST_TRIES = 10;
/** Under way while a million is typed. */
const WINDOW = 1_000;
/** Typed in one cell before going on to another, and kept there at most. */
const RUN = 20;
const MOST_TEXT = 400;

interface Cost {
  readonly p50: number;
  /** In the room's log and the history, for one edit. */
  readonly logBytes: number;
}

export const millionEdits: Bench = {
  name: "million-edits",
  async run({ folder, scale, say }) {
    const rows: string[][] = [];
    const edits = Math.round(EDITS * scale);
    for (const size of SIZES) {
      const file = writeNotebook(
        path.join(folder, `edits-${size}.ipynb`),
        Array.from({ length: size }, (_, index) => `x = ${index}`),
      );
      const server = await startLoopbook(folder);
      try {
        const { id, address } = await server.open(path.basename(file));
        const kept = ["rooms", "history"].map((name) => path.join(server.stateFolder, name, id));
        const client = await RoomClient.connect(address);
        await client.durable();
        const disk = rawSync(path.join(folder, "raw"), SINGLE);
        const before = await costOf(client, kept);
        say(`${size} cells, ${edits} edits`);
        const writtenBefore = diskBytesOf(server.pid);
        const startedAt = performance.now();
        await typeMany(client, size, edits);
        const seconds = (performance.now() - startedAt) / 1000;
        const written = (diskBytesOf(server.pid) - writtenBefore) / edits;
        const after = await costOf(client, kept);
        const diskAfter = rawSync(path.join(folder, "raw"), SINGLE);
        client.close();
        rows.push([
          size.toLocaleString("en"),
          edits.toLocaleString("en"),
          `${before.p50.toFixed(2)} / ${after.p50.toFixed(2)}`,
          `${(after.p50 / before.p50).toFixed(2)} ×`,
          summary([median(disk), median(diskAfter)], 2),
          `${before.logBytes.toFixed(0)} / ${after.logBytes.toFixed(0)}`,
          written.toFixed(0),
          `${Math.round(edits / seconds).toLocaleString("en")}`,
          `${(sizeOf(kept) / 1e6).toFixed(1)}`,
        ]);
      } finally {
        await server.close();
      }
    }
    return {
      title: "A million edits of one room",
      how: `Acknowledged edit: p50 of ${SINGLE} edits one after the other, each until the server has it on disk, in the new room and after so many others (typed and deleted, ${RUN} characters at a time in one cell and another, ${WINDOW.toLocaleString("en")} under way). Limit: append and fdatasync of 40 bytes. In the log: what the room's folder and its history grew by for each of the single edits. Disk over all: what the kernel counts as written by the server during these, in whole pages: log, snapshots, history and the saves of the file every 5 s.`,
      head: [
        ...["cells", "edits", "acknowledged edit, ms, new / after", "of new", "limit, ms"],
        ...["bytes in the log, new / after", "disk over all, bytes an edit", "edits/s", "room on disk, MB"],
      ],
      rows,
    };
  },
};

async function costOf(client: RoomClient, kept: readonly string[]): Promise<Cost> {
  for (let tries = 1; ; tries++) {
    const before = sizesIn(kept);
    const samples: number[] = [];
    for (let edit = 0; edit < SINGLE; edit++) {
      const startedAt = performance.now();
      client.text().insert(0, "x");
      await client.durable();
      samples.push(performance.now() - startedAt);
    }
    const after = sizesIn(kept);
    client.text().delete(0, SINGLE);
    await client.durable();
    const grown = [...after].map(([name, size]) => size - (before.get(name) ?? 0));
    // The log was cut back meanwhile, or the file was saved and kept as base: that is no edit's.
    const isDisturbed = before.size !== after.size || [...after.keys()].some((name) => !before.has(name));
    if ((!isDisturbed && grown.every((by) => by >= 0)) || tries === MOST_TRIES)
      return { p50: median(samples), logBytes: grown.reduce((sum, by) => sum + by, 0) / SINGLE };
  }
}

async function typeMany(client: RoomClient, size: number, edits: number): Promise<void> {
  let cell = 0;
  for (let edit = 0; edit < edits; edit++) {
    // A fixed order that visits all: the same in each run of the benchmark.
    if (edit % RUN === 0) cell = (cell + 7919) % size;
    const text = client.text(cell);
    if (text.length >= MOST_TEXT) text.delete(0, text.length);
    else text.insert(text.length, "y");
    if (client.sent - client.acknowledged >= WINDOW)
      await client.until("room for more", () => client.sent - client.acknowledged < WINDOW / 2);
  }
  await client.durable();
}

/** Of all files below these folders. */
function sizesIn(folders: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const found = entry.isFile() ? statSync(file, { throwIfNoEntry: false }) : undefined;
      if (found) sizes.set(file, found.size);
    }
  }
  return sizes;
}

const sizeOf = (folders: readonly string[]): number =>
  [...sizesIn(folders).values()].reduce((sum, one) => sum + one, 0);
