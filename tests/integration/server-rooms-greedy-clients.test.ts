/** Clients that want too much get an error or wait; the others hardly notice. Over real sockets. */
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CLOSE_CODES } from "../../src/api/live.ts";
import { encodeFrame } from "../../src/api/live-frames.ts";
import type { LiveClient } from "../../src/client/live-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { aRawSocket, aRoom, closeCode, first, sourceOf } from "./server/rooms.ts";
import { aLiveClient, type TestServer } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

const by = { type: "person", label: "test" } as const;

/** How long edits of one take to another, in milliseconds, ascending. */
async function delays(a: LiveClient, b: LiveClient, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let edit = 0; edit < count; edit++) {
    const source = `edit ${edit}`;
    const start = performance.now();
    openLiveNotebook(a.doc).apply({ type: "set-source", id: first, source }, by);
    await waitFor("the edit", () => sourceOf(b) === source);
    found.push(performance.now() - start);
  }
  return found.toSorted((one, other) => one - other);
}

const median = (ascending: readonly number[]): number => ascending[Math.floor(ascending.length / 2)] ?? 0;

async function twoGoodOnes(it: TestServer & { session: { id: string } }): Promise<[LiveClient, LiveClient]> {
  const [a, b] = [aLiveClient(it.api, it.session.id), aLiveClient(it.api, it.session.id)];
  await Promise.all([a.synced(), b.synced()]);
  return [a, b];
}

/** Small edits, each an update of its own. */
function manyUpdates(count: number): Uint8Array<ArrayBuffer>[] {
  const doc = new Y.Doc();
  const frames: Uint8Array<ArrayBuffer>[] = [];
  doc.on("update", (update: Uint8Array) => frames.push(encodeFrame({ type: "update", update })));
  const map = doc.getMap("flood");
  for (let edit = 0; edit < count; edit++) map.set("n", edit);
  return frames;
}

test("a flood of edits is held back; an edit of the others still arrives at once, and the flood in the end", async () => {
  const it = await aRoom();
  const [a, b] = await twoGoodOnes(it);
  const quiet = median(await delays(a, b, 15));
  const flooder = await aRawSocket(it, it.session.id);
  const frames = manyUpdates(20_000);
  for (const frame of frames) flooder.send(frame);
  const found = await delays(a, b, 30);
  expect(it.session.live.doc.getMap("flood").get("n")).not.toBe(19_999);
  // Without turns an edit waits for the whole flood: seconds. Measured: a median of 20 ms, all in this one process,
  // where one takes 3 without a flood.
  expect(median(found)).toBeLessThan(Math.max(60, 20 * quiet));
  await waitFor("the flood's end", () => it.session.live.doc.getMap("flood").get("n") === 19_999, 30_000);
}, 60_000);

test("a client that asks again and again for a big document leaves the others their time", async () => {
  const it = await aRoom(Array.from({ length: 2_000 }, (_, index) => `x${index} = "${"y".repeat(1_000)}"`));
  const [a, b] = await twoGoodOnes(it);
  const quiet = median(await delays(a, b, 15));
  const greedy = await aRawSocket(it, it.session.id);
  const ask = encodeFrame({ type: "sync-step-1", stateVector: Uint8Array.of(0) });
  for (let count = 0; count < 2_000; count++) greedy.send(ask);
  const found = await delays(a, b, 20);
  expect(median(found)).toBeLessThan(Math.max(150, 50 * quiet));
}, 60_000);

test("a thousand connections of one are not a thousand; the others go on", async () => {
  const it = await aRoom();
  const [a, b] = await twoGoodOnes(it);
  const codes: number[] = [];
  const sockets = Array.from({ length: 1_000 }, () => {
    const socket = new WebSocket(it.api.liveUrl(it.session.id), {
      headers: { authorization: `Bearer ${it.server.token}` },
    });
    socket.on("error", () => codes.push(429));
    socket.on("close", (code) => code === CLOSE_CODES.tooMany && codes.push(code));
    return socket;
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
  });
  await waitFor("most to be refused", () => codes.length >= 790, 30_000);
  expect(new Set(codes)).toContain(429);
  expect((await delays(a, b, 5)).at(0)).toBeLessThan(500);
}, 60_000);

test("edits that build on nothing are asked for, then end their sender; nothing of them is kept", async () => {
  const it = await aRoom();
  const [a] = await twoGoodOnes(it);
  const bad = await aRawSocket(it, it.session.id);
  const [, ...withoutFirst] = manyUpdates(20);
  for (const frame of withoutFirst) bad.send(frame);
  expect(await closeCode(bad)).toBe(CLOSE_CODES.malformed);
  expect(it.session.live.doc.store.pendingStructs).toBeNull();
  openLiveNotebook(a.doc).apply({ type: "set-source", id: first, source: "mine" }, by);
  await a.acknowledged();
  expect(it.session.live.cell(first)?.source).toBe("mine");
});

test("an update of a hundred megabytes ends its sender before it is read", async () => {
  const it = await aRoom();
  const [a, b] = await twoGoodOnes(it);
  const bad = await aRawSocket(it, it.session.id);
  bad.on("error", () => {});
  bad.send(new Uint8Array(100 * 1024 * 1024));
  const [code] = (await once(bad, "close")) as [number];
  expect([1006, 1009]).toContain(code);
  expect((await delays(a, b, 3)).at(0)).toBeLessThan(500);
});
