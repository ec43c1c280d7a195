/** A client that does wrong harms only itself. Over real sockets. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { CLOSE_CODES } from "../../src/api/live.ts";
import { decodeFrame, encodeFrame } from "../../src/api/live-frames.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { OWNER_RIGHTS } from "../../src/people/access.ts";
import { createLiveRooms } from "../../src/server/rooms/live-rooms.ts";
import { silentLogger } from "../../src/util/logger.ts";
import { aRawSocket, aRoom, by, closeCode, first, sourceOf } from "./server/rooms.ts";
import { aLiveClient, VIEW_TOKEN } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

describe("a client that does wrong", () => {
  test.each<[string, (socket: WebSocket) => void, number]>([
    ["an unknown message", (socket) => socket.send(Uint8Array.of(9)), CLOSE_CODES.malformed],
    ["a cut frame", (socket) => socket.send(Uint8Array.of(0, 2, 200)), CLOSE_CODES.malformed],
    ["nothing", (socket) => socket.send(new Uint8Array()), CLOSE_CODES.malformed],
    ["text", (socket) => socket.send("{}"), CLOSE_CODES.malformed],
    [
      "an update that is none",
      (socket) => socket.send(encodeFrame({ type: "update", update: Uint8Array.of(5, 1, 1, 1) })),
      CLOSE_CODES.malformed,
    ],
    [
      "half an update",
      (socket) => {
        const doc = new Y.Doc();
        doc.getMap("meta").set("half", "an update");
        const update = Y.encodeStateAsUpdate(doc);
        socket.send(encodeFrame({ type: "update", update: update.subarray(0, update.length - 1) }));
      },
      CLOSE_CODES.malformed,
    ],
    [
      "a state vector that is none",
      (socket) => socket.send(encodeFrame({ type: "sync-step-1", stateVector: Uint8Array.of(200) })),
      CLOSE_CODES.malformed,
    ],
    [
      "a presence that is none",
      (socket) => socket.send(encodeFrame({ type: "awareness", update: Uint8Array.of(1, 1, 1, 1, 123) })),
      CLOSE_CODES.malformed,
    ],
    ["a frame of 17 MiB", (socket) => socket.send(new Uint8Array(17 * 1024 * 1024)), 1009],
  ])("by sending %s is ended alone", async (_what, misbehave, code) => {
    const it = await aRoom();
    const good = aLiveClient(it.api, it.session.id);
    await good.synced();
    const before = it.session.live.toNotebook();
    const bad = await aRawSocket(it, it.session.id);
    bad.on("error", () => {});
    misbehave(bad);
    expect(await closeCode(bad)).toBe(code);
    expect(it.session.live.toNotebook()).toEqual(before);
    expect(it.session.live.doc.getMap("meta").get("half")).toBeUndefined();
    it.session.live.apply({ type: "set-source", id: first, source: "still here" }, by);
    await waitFor("the good one", () => sourceOf(good) === "still here");
    expect(good.connection().type).toBe("live");
    expect(it.log).toEqual([]);
  });

  test("by editing with a right to look on only is refused, and sees everything until then", async () => {
    const it = await aRoom();
    const viewer = aLiveClient(it.viewer, it.session.id);
    await viewer.synced();
    expect(viewer.live()?.rights).toEqual({ view: true, edit: false, execute: false });
    it.session.live.apply({ type: "set-source", id: first, source: "seen" }, by);
    await waitFor("the viewer", () => sourceOf(viewer) === "seen");
    // The client holds back what would be refused.
    openLiveNotebook(viewer.doc).apply({ type: "set-source", id: first, source: "mine" }, by);
    // One that does not is ended.
    const raw = await aRawSocket(it, it.session.id, VIEW_TOKEN);
    raw.send(encodeFrame({ type: "update", update: Y.encodeStateAsUpdate(viewer.doc) }));
    expect(await closeCode(raw)).toBe(CLOSE_CODES.viewOnly);
    expect(it.session.live.cell(first)?.source).toBe("seen");
    expect(viewer.connection().type).toBe("live");
  });

  test("by not reading costs the server a bounded amount, slows nobody, and is right when it reads on", async () => {
    const it = await aRoom([""]);
    const good = aLiveClient(it.api, it.session.id);
    await good.synced();
    const slow = await aRawSocket(it, it.session.id);
    slow.pause();
    const text = it.session.live.doc.getMap<string>("payload");
    const piece = "x".repeat(200_000);
    for (let count = 0; count < 300; count++) {
      text.set("chart", `${count}${piece}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor("the good one", () => String(good.doc.getMap("payload").get("chart")).startsWith("299x"));

    const theirs = new Y.Doc();
    let received = 0;
    slow.on("message", (data: Buffer, isBinary) => {
      received += data.length;
      if (!isBinary) return;
      const frame = decodeFrame(data);
      if (frame.type === "update" || frame.type === "sync-step-2") Y.applyUpdate(theirs, frame.update);
    });
    slow.send(encodeFrame({ type: "sync-step-1", stateVector: Y.encodeStateVector(theirs) }));
    slow.resume();
    await waitFor("the slow one", () => String(theirs.getMap("payload").get("chart")).startsWith("299x"));
    // Of 60 MB: what the platform's socket buffers took before ours counted, and a megabyte.
    expect(received).toBeLessThan(20_000_000);
  });
});

test("a client that is gone without a word is ended by the heartbeat, one that answers is not", async () => {
  const it = await aRoom();
  const context = {
    host: it.host,
    folder: it.folder,
    kind: "up",
    title: "",
    version: "",
    pageFolder: null,
    logger: silentLogger,
  } as const;
  const rooms = createLiveRooms(context, { heartbeatMs: 30 });
  const party = { kind: "person", who: "local", using: "test", displayName: "Ana" } as const;
  const server = createServer();
  server.on("upgrade", (request, socket, head) =>
    rooms.accept(request, socket, head, { access: { party, rights: OWNER_RIGHTS } }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    rooms.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}/api/notebooks/${it.session.id}/live`;
  const answering = new WebSocket(url);
  const silent = new WebSocket(url, { autoPong: false });
  let pings = 0;
  answering.on("ping", () => pings++);
  expect(await closeCode(silent)).toBe(1006);
  await waitFor("some more beats", () => pings >= 4);
  expect(answering.readyState).toBe(WebSocket.OPEN);
});
