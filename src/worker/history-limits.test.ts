/** A history stays within its limits, and what must not be lost is there. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPlainNotebook } from "../document/plain-notebook.ts";
import type { KeyedNotebook } from "../nbformat/merge/cell-keys.ts";
import type { Cell } from "../nbformat/notebook.ts";
import { FileHistory, UNUSED_HISTORY_MS } from "../store/history/file-history.ts";
import { FileRooms, UNUSED_ROOM_MS } from "../store/rooms/file-rooms.ts";
import { originOf } from "../usecases/edit-origin.ts";
import { systemClock } from "../util/clock.ts";
import { CellId, NotebookId } from "../util/ids.ts";
import { silentLogger } from "../util/logger.ts";
import { HistoryVersions } from "./history-versions.ts";
import { NotebookHistory } from "./notebook-history.ts";

const id = NotebookId.of("nb_abcdefghijkl");
const ana = { kind: "person", who: "ana", using: "browser", displayName: "Ana" } as const;
const cell = (key: string, source: string): Cell => ({
  ...{ id: key, cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] },
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopbook-history-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a journal that has grown too big loses the oldest texts, and nobody's name and time", async () => {
  const keys = Array.from({ length: 900 }, (_, index) => `c${index}`);
  const live = createPlainNotebook({
    ...{ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: keys.map((key) => cell(key, "")) },
  });
  const store = new FileHistory({ stateFolder: folder });
  const history = new NotebookHistory({
    ...{ id, live, store, path: () => null, wholes: null, clock: systemClock, logger: silentLogger },
  });
  history.keep();
  for (const key of keys) {
    live.apply(
      { type: "set-source", id: CellId.of(key), source: randomBytes(3_000).toString("hex") },
      originOf(ana),
    );
    if (key.endsWith("00")) await history.written();
  }
  const entries = await history.entries();
  expect(statSync(join(folder, "history", id, "journal")).size).toBeLessThan(4 * 1024 * 1024);
  expect(entries.map(({ cellId }) => cellId)).toEqual(keys.toReversed());
  expect(new Set(entries.map(({ author }) => author.who))).toEqual(new Set(["ana"]));
  expect(entries[0]?.text).not.toBeNull();
  expect(entries.at(-1)).toMatchObject({ text: null, added: 6_000 });
  live.apply({ type: "set-source", id: CellId.of("c0"), source: "after" }, originOf({ ...ana, who: "bo" }));
  expect((await history.entries({ limit: 1 }))[0]).toMatchObject({ seq: 901, author: { who: "bo" } });
  await history.close();
});

test("over the limit the oldest versions without a name go; those with one can be read", async () => {
  const log = new FileHistory({ stateFolder: folder }).open(id);
  const versions = new HistoryVersions(log, async (keyed) => keyed, 200_000);
  const facts = { author: ana, reason: "time", note: null } as const;
  const state = (source: string): KeyedNotebook => ({
    keys: ["a"],
    notebook: { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell("a", source)] },
  });
  const texts = Array.from({ length: 40 }, () => randomBytes(5_000).toString("hex"));
  for (const [index, text] of texts.entries())
    await versions.keep(state(text), { ...facts, atMs: index, name: index % 20 === 0 ? `v${index}` : null });
  expect(log.contentBytes).toBeLessThanOrEqual(200_000);
  const left = versions.list();
  expect(left.filter(({ name }) => name !== null).map(({ name }) => name)).toEqual(["v0", "v20"]);
  expect(left.at(-1)?.id).toBe(40);
  expect(left.length).toBeLessThan(40);
  for (const version of left) {
    const { notebook } = await versions.read(version, { outputs: true });
    expect(notebook.cells[0]?.source).toBe(texts[version.id - 1]);
  }
  await log.close();
});

test("a room stays for its history's sake, and takes it along in the end", async () => {
  let nowMs = Date.now();
  const clock = { ...systemClock, now: () => nowMs };
  const history = new FileHistory({ stateFolder: folder, clock });
  const rooms = new FileRooms({ stateFolder: folder, clock, history });
  const file = join(folder, "nb.ipynb");
  const room = await rooms.begin({
    ...{
      id,
      path: file,
      contentHash: null,
      isSaved: true,
      state: () => ({ document: new Uint8Array([0, 0]), results: new Uint8Array() }),
    },
  });
  await room.close();
  const log = history.open(id);
  log.append({ type: "entry" });
  await log.close();
  const untouched = (ms: number): void => {
    for (const name of readdirSync(join(folder, "rooms", id)))
      utimesSync(join(folder, "rooms", id, name), new Date(nowMs - ms), new Date(nowMs - ms));
  };
  untouched(UNUSED_ROOM_MS + 1_000);
  await rooms.forgetUnused();
  expect(await rooms.idAt(file)).toBe(id);
  nowMs += UNUSED_HISTORY_MS + 60_000;
  await rooms.forgetUnused();
  expect(await rooms.idAt(file)).toBeNull();
  expect(await history.has(id)).toBe(false);
});
