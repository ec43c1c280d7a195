import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PAUSE_MS } from "../document/history/entry.ts";
import type { HistoryStore } from "../document/history/history-store.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import type { Cell, Notebook } from "../nbformat/notebook.ts";
import type { Party } from "../people/party.ts";
import { FileHistory } from "../store/history/file-history.ts";
import { originOf } from "../usecases/edit-origin.ts";
import { systemClock } from "../util/clock.ts";
import { CellId, NotebookId } from "../util/ids.ts";
import { silentLogger } from "../util/logger.ts";
import { NotebookHistory } from "./notebook-history.ts";

const id = NotebookId.of("nb_abcdefghijkl");
const person = (who: string): Party => ({ kind: "person", who, using: "browser", displayName: who });
const [ana, bo] = [person("ana"), person("bo")];
const cell = (key: string, source: string): Cell => ({
  ...{ id: key, cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] },
});
const aNotebook = (...cells: Cell[]): Notebook => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

let folder = "";
let store: HistoryStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "loopbook-history-"));
  store = new FileHistory({ stateFolder: folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A clock that can be set ahead, and does not call. */
function anOpenNotebook(
  live: LiveNotebook = createLiveNotebook(aNotebook(cell("a", "one"), cell("b", "two"))),
) {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const path = join(folder, "nb.ipynb");
  const history = new NotebookHistory({
    id,
    live,
    store,
    path: () => path,
    wholes: null,
    clock,
    logger: silentLogger,
  });
  const set = (key: string, source: string, by: Party) =>
    live.apply({ type: "set-source", id: CellId.of(key), source }, originOf(by));
  const ahead = (ms: number): void => {
    aheadMs += ms;
  };
  return { live, history, set, ahead, path };
}
const sources = (live: LiveNotebook) => live.toNotebook().cells.map(({ source }) => source);

test("who wrote what is there after a restart; numbers go on; the first state is a version", async () => {
  const first = anOpenNotebook();
  first.history.keep();
  first.set("a", "ONE", ana);
  first.set("b", "TWO", bo);
  await first.history.close();
  const second = anOpenNotebook(first.live);
  second.history.keep();
  second.set("a", "ONE!", bo);
  const entries = await second.history.entries();
  expect(entries.map((e) => [e.seq, e.author.displayName, e.cellId])).toEqual([
    [3, "bo", "a"],
    [2, "bo", "b"],
    [1, "ana", "a"],
  ]);
  expect((await second.history.versions()).map(({ reason, id: n }) => [n, reason])).toEqual([
    [2, "closed"],
    [1, "begin"],
  ]);
  const begun = await second.history.notebook("1");
  expect(begun.keyed.notebook.cells.map(({ source }) => source)).toEqual(["one", "two"]);
  expect((await second.history.blame()).get("a")).toMatchObject({
    last: { author: { who: "bo" } },
    earlier: 1,
  });
  await second.history.close();
});

test("reading writes nothing, and what was done before anybody joined is kept when somebody does", async () => {
  const { history, set } = anOpenNotebook();
  await history.versions();
  expect(() => statSync(join(folder, "history"))).toThrow();
  set("a", "before", ana);
  expect(await history.entries()).toHaveLength(1);
  history.keep();
  await history.written();
  set("a", "after", bo);
  expect((await history.entries()).map((e) => [e.seq, e.author.who])).toEqual([
    [2, "bo"],
    [1, "ana"],
  ]);
  await history.close();
});

test("an entry that began is in the journal when an edit is acknowledged", async () => {
  const { history, set } = anOpenNotebook();
  history.keep();
  set("a", "x", ana);
  await history.written();
  const found = await store.open(id).records();
  expect(found).toMatchObject([{ type: "entry", seq: 1, author: { who: "ana" }, cellId: "a" }]);
  await history.close();
});

test("names; the same state again is no new automatic version", async () => {
  const { history, set } = anOpenNotebook();
  const v1 = await history.name("v1 submitted", ana);
  expect(v1).toMatchObject({ name: "v1 submitted", reason: "named", author: { who: "ana" }, cells: 2 });
  history.checkpoint("before-run", bo, "train");
  set("a", "changed", bo);
  history.checkpoint("before-run", bo, "train");
  history.checkpoint("after-run", bo, "train");
  expect((await history.versions()).map(({ name, reason }) => name ?? reason)).toEqual([
    "before-run",
    "v1 submitted",
    "begin",
  ]);
  await history.rename(v1.id, "v1");
  expect((await history.notebook("v1")).version?.id).toBe(v1.id);
  await expect(history.notebook("v1 submitted")).rejects.toMatchObject({ code: "no-such-version" });
  await expect(history.name("now", ana)).rejects.toMatchObject({ code: "bad-version-name" });
  await history.close();
});

test("a version is restored as an edit, by whoever did it, and what was before can be restored in turn", async () => {
  const { live, history, set, ahead, path } = anOpenNotebook();
  await history.name("v1", ana);
  set("a", "broken", bo);
  live.apply({ type: "delete-cell", id: CellId.of("b") }, originOf(bo));
  const whole = { cells: null, outputs: false, apply: true } as const;
  const { before, edits } = await history.restore({ ...whole, from: { version: "v1" } }, ana);
  expect(sources(live)).toEqual(["one", "two"]);
  expect(edits).toBe(2);
  expect(before).toMatchObject({ reason: "before-restore", note: "v1", author: { who: "ana" } });
  const newest = await history.entries({ limit: 3 });
  expect(newest.map((e) => [e.author.who, e.cellId, e.acts.join()])).toEqual([
    ["ana", "a", "source"],
    ["ana", "b", "inserted"],
    ["ana", null, "restored"],
  ]);
  ahead(PAUSE_MS);
  await history.restore({ ...whole, from: { version: `#${before?.id}` } }, bo);
  expect(sources(live)).toEqual(["broken"]);
  const deletion = (await history.entries()).findLast(({ deleted }) => deleted !== null);
  await history.restore({ ...whole, from: { entry: deletion?.seq ?? 0 } }, ana);
  expect(sources(live)).toEqual(["broken", "two"]);
  await history.restore({ ...whole, cells: ["a"], from: { version: "v1" } }, ana);
  expect(sources(live)).toEqual(["one", "two"]);
  writeFileSync(path, JSON.stringify(aNotebook(cell("a", "on disk"))));
  expect((await history.notebook("file")).keyed.notebook.cells[0]?.source).toBe("on disk");
  const nothing = { ...whole, cells: ["zz"], from: { version: "v1" } };
  await expect(history.restore(nothing, ana)).rejects.toMatchObject({ code: "no-such-cell" });
  await history.close();
});

test("a disk that refuses keeps nobody waiting, and loses nothing when it is back", async () => {
  writeFileSync(join(folder, "history"), "in the way");
  const { history, set, live } = anOpenNotebook();
  history.keep();
  set("a", "typed", ana);
  await history.written();
  await expect(history.name("v1", ana)).rejects.toMatchObject({ code: "history-unwritable" });
  expect(sources(live)).toEqual(["typed", "two"]);
  rmSync(join(folder, "history"));
  expect(await history.name("v1", ana)).toMatchObject({ name: "v1" });
  expect((await history.entries()).map((e) => e.author.who)).toEqual(["ana"]);
  await history.close();
});

test("a run that nobody watched: whoever opens it sees the notebook as it is then, and what the run changed before", async () => {
  const { history, live } = anOpenNotebook();
  const run = { type: "run", label: "run_1/train-7" } as const;
  live.apply({ type: "set-source", id: CellId.of("a"), source: "lr = 2" }, run);
  history.keep();
  const [begin, ...others] = await history.versions();
  expect([begin?.reason, others]).toEqual(["begin", []]);
  expect((await history.notebook("1")).keyed.notebook.cells.map(({ source }) => source)).toEqual([
    "lr = 2",
    "two",
  ]);
  expect((await history.entries()).map((e) => [e.author.kind, e.cellId, e.acts.join()])).toEqual([
    ["pipeline", "a", "source"],
  ]);
  await history.close();
});
