import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NotebookId } from "../../util/ids.ts";
import { FileHistory, UNUSED_HISTORY_MS } from "./file-history.ts";

let stateFolder = "";
const id = NotebookId.of("nb_abcdefghijkl");
const file = (name: string): string => join(stateFolder, "history", id, name);
const open = () => new FileHistory({ stateFolder }).open(id);

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), "loopbook-history-"));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

test("records come back in order; a torn last line is passed over, and what follows it is whole", async () => {
  const first = open();
  first.append({ n: 1 });
  first.append({ n: 2 });
  await first.close();
  appendFileSync(file("journal"), '{"n":3,"tex');
  const second = open();
  expect(await second.records()).toEqual([{ n: 1 }, { n: 2 }]);
  second.append({ n: 4 });
  await second.written();
  expect(await second.records()).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }]);
  expect(second.journalBytes).toBe(statSync(file("journal")).size);
  await second.close();
});

test("nothing is written for a history that is only read", async () => {
  const log = open();
  expect(await log.records()).toEqual([]);
  expect(await log.get(["nothing"])).toEqual(new Map());
  await log.close();
  expect(await new FileHistory({ stateFolder }).has(id)).toBe(false);
  expect(() => statSync(join(stateFolder, "history"))).toThrow();
});

test("rewritten whole, with what is appended meanwhile behind it", async () => {
  const log = open();
  for (let n = 0; n < 100; n++) log.append({ n });
  await log.written();
  const rewritten = log.rewrite((records) => {
    log.append({ n: "after" });
    return records.slice(-1);
  });
  await rewritten;
  expect(await log.records()).toEqual([{ n: 99 }, { n: "after" }]);
  await log.close();
});

test("equal texts are kept once, also over restarts", async () => {
  const first = open();
  const keys = await first.put(["alpha", "beta".repeat(1_000), "alpha"]);
  expect(new Set(keys).size).toBe(2);
  const { size } = statSync(file("content"));
  const second = open();
  expect(await second.put(["alpha"])).toEqual([keys[0]]);
  expect(statSync(file("content")).size).toBe(size);
  expect((await second.get(keys)).get(keys[1] ?? "")).toBe("beta".repeat(1_000));
});

test("a torn text is cut away before the next comes; a damaged one is as good as none", async () => {
  const first = open();
  const [alpha = ""] = await first.put(["alpha"]);
  const [beta = ""] = await first.put(["beta beta beta"]);
  truncateSync(file("content"), statSync(file("content")).size - 1);
  const second = open();
  expect([...(await second.get([alpha, beta])).values()]).toEqual(["alpha"]);
  const [again, gamma = ""] = await second.put(["beta beta beta", "gamma"]);
  expect(again).toBe(beta);
  const third = open();
  expect([...(await third.get([alpha, beta, gamma])).values()]).toEqual(["alpha", "beta beta beta", "gamma"]);
  const bytes = readFileSync(file("content"));
  const at = bytes.length - 2;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  rmSync(file("content"));
  appendFileSync(file("content"), bytes);
  expect([...(await open().get([alpha, beta, gamma])).values()]).toEqual(["alpha", "beta beta beta"]);
});

test("what is not needed any more goes, the rest can be read, and new texts come behind it", async () => {
  const log = open();
  const keys = await log.put(["a", "b", "c", "d"]);
  const before = log.contentBytes;
  await log.keepOnly(new Set([keys[1] ?? "", keys[3] ?? ""]));
  expect(log.contentBytes).toBeLessThan(before);
  const [e = ""] = await log.put(["e"]);
  for (const reader of [log, open()])
    expect([...(await reader.get([...keys, e])).values()].sort()).toEqual(["b", "d", "e"]);
});

test("a history is worth keeping for half a year, and with a named version for ever", async () => {
  const store = new FileHistory({ stateFolder });
  expect(await store.isWorthKeeping(id)).toBe(false);
  const log = store.open(id);
  log.append({ type: "version", id: 1, name: "v1" });
  log.append({ type: "version", id: 2, name: null });
  await log.close();
  const old = new Date(Date.now() - UNUSED_HISTORY_MS - 1_000);
  utimesSync(file("journal"), old, old);
  expect(await store.isWorthKeeping(id)).toBe(true);
  const more = store.open(id);
  more.append({ type: "version", id: 1, name: null });
  await more.close();
  expect(await store.isWorthKeeping(id)).toBe(true);
  utimesSync(file("journal"), old, old);
  expect(await store.isWorthKeeping(id)).toBe(false);
  await store.forget(id);
  expect(await store.has(id)).toBe(false);
});
