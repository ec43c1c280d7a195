import fc from "fast-check";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { decodeFrame, encodeFrame } from "../../api/live-frames.ts";
import { NotebookResults } from "../../document/notebook-results.ts";
import { HIGH_WATER_BYTES, Outbox } from "./outbox.ts";
import { ResultsFeed } from "./results-feed.ts";

/** A socket that takes bytes only when told, as a slow network does. */
function aSlowSocket() {
  const queue: { data: Uint8Array | string; sent: () => void }[] = [];
  const size = (data: Uint8Array | string): number => data.length;
  return {
    received: [] as (Uint8Array | string)[],
    most: 0,
    get bufferedAmount(): number {
      return queue.reduce((sum, { data }) => sum + size(data), 0);
    },
    send(data: Uint8Array | string, sent: () => void): void {
      queue.push({ data, sent });
      this.most = Math.max(this.most, this.bufferedAmount);
    },
    take(count = 1): void {
      for (const { data, sent } of queue.splice(0, count)) {
        this.received.push(data);
        sent();
      }
    },
    takeAll(): void {
      while (queue.length > 0) this.take();
    },
  };
}

function aRoom() {
  const socket = aSlowSocket();
  const doc = new Y.Doc();
  const feed = new ResultsFeed({ results: new NotebookResults(), epoch: "e", cellIds: () => [] }, "e.0");
  let overflowed = false;
  const outbox = new Outbox({
    sink: socket,
    doc,
    results: feed,
    everybody: () => null,
    fullState: () => Y.encodeStateAsUpdate(doc),
    onOverflow: () => {
      overflowed = true;
    },
  });
  const edit = (text: string): void => {
    let update: Uint8Array = new Uint8Array();
    doc.once("update", (bytes: Uint8Array) => {
      update = bytes;
    });
    doc.getText("t").insert(doc.getText("t").length, text);
    outbox.sendTurn(encodeFrame({ type: "update", update }), null, [
      { key: "run", text: `run ${text.length}` },
    ]);
  };
  const client = (): string => {
    const theirs = new Y.Doc();
    for (const data of socket.received) {
      if (typeof data === "string") continue;
      const frame = decodeFrame(data);
      if (frame.type === "update" || frame.type === "sync-step-2") Y.applyUpdate(theirs, frame.update);
    }
    return theirs.getText("t").toString();
  };
  return { socket, doc, outbox, edit, client, overflowed: () => overflowed };
}

test("a client that keeps up gets each turn, its texts behind the edits they speak of", () => {
  const { socket, edit, client } = aRoom();
  edit("a");
  edit("b");
  socket.takeAll();
  expect(client()).toBe("ab");
  expect(socket.received.map((data) => typeof data)).toEqual(["object", "string", "object", "string"]);
});

test("a client that stops reading costs a bounded amount and is right when it reads on", () => {
  const { socket, doc, edit, client, outbox } = aRoom();
  const piece = "x".repeat(100_000);
  for (let turn = 0; turn < 60; turn++) edit(piece);
  expect(outbox.isBehind).toBe(true);
  expect(socket.most).toBeLessThan(HIGH_WATER_BYTES + 2 * piece.length);
  socket.takeAll();
  expect(outbox.isBehind).toBe(false);
  expect(client()).toBe(doc.getText("t").toString());
  edit("end");
  socket.takeAll();
  expect(client().endsWith("end")).toBe(true);
});

test("of live messages that a slow client missed it gets the newest of each kind", () => {
  const { socket, edit, outbox } = aRoom();
  edit("x".repeat(HIGH_WATER_BYTES + 1));
  for (let count = 0; count < 100; count++) outbox.sendText({ key: "run", text: `run at ${count}` });
  outbox.sendText({ key: "kernel", text: "idle" });
  outbox.sendText({ key: null, text: "comm 1" });
  outbox.sendText({ key: null, text: "comm 2" });
  socket.takeAll();
  const texts = socket.received.filter((data) => typeof data === "string").slice(1);
  expect(texts).toEqual(["[run at 99,idle,comm 1,comm 2]"]);
});

test("messages that none replaces end the connection when too many wait", () => {
  const { edit, outbox, overflowed } = aRoom();
  edit("x".repeat(HIGH_WATER_BYTES + 1));
  for (let count = 0; count < 41; count++) outbox.sendText({ key: null, text: "c".repeat(100_000) });
  expect(overflowed()).toBe(false);
  outbox.sendText({ key: null, text: "c".repeat(100_000) });
  expect(overflowed()).toBe(true);
});

test("a slow client that asks for everything again and again is answered once", () => {
  const { socket, doc, edit, outbox, client } = aRoom();
  edit("x".repeat(HIGH_WATER_BYTES + 1));
  const before = socket.bufferedAmount;
  for (let count = 0; count < 100; count++) outbox.answerSync(Uint8Array.of(0));
  expect(socket.bufferedAmount).toBe(before);
  socket.takeAll();
  expect(client()).toBe(doc.getText("t").toString());
  const answers = socket.received.filter(
    (data) => typeof data !== "string" && decodeFrame(data).type === "sync-step-2",
  );
  expect(answers).toHaveLength(1);
});

test("however edits and reading alternate, the client ends with the document", () => {
  const step = fc.oneof(
    fc.record({ edit: fc.constantFrom(1, 1_000, 400_000, 1_200_000) }),
    fc.record({ take: fc.integer({ min: 1, max: 5 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { socket, doc, edit, client } = aRoom();
      for (const next of steps) {
        if ("edit" in next) edit("y".repeat(next.edit));
        else socket.take(next.take);
      }
      socket.takeAll();
      expect(client() === doc.getText("t").toString()).toBe(true);
    }),
    { numRuns: 30 },
  );
});
