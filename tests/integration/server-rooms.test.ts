/** Several clients in one notebook: what one does all see. Over real sockets. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as Y from "yjs";
import type { LiveMessage } from "../../src/api/live.ts";
import { decodeFrame } from "../../src/api/live-frames.ts";
import { ApiClient } from "../../src/client/api-client.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import type { CellExecution } from "../../src/usecases/notebook-session.ts";
import { CellId, ExecutionId } from "../../src/util/ids.ts";
import { aBreakableNetwork } from "./server/breakable-network.ts";
import { aRunSnapshot, MemoryRun } from "./server/memory-host.ts";
import { aRawSocket, aRoom, by, cellsOf, first, sourceOf } from "./server/rooms.ts";
import { aLiveClient, aServer } from "./server/test-server.ts";
import { waitFor } from "./server/wait-for.ts";

const ana = { kind: "person", who: "local", using: "browser", displayName: "Ana" } as const;

describe("the document", () => {
  test("reaches a newcomer, and an edit of one reaches all", async () => {
    const { api, session } = await aRoom();
    const [a, b] = [aLiveClient(api, session.id), aLiveClient(api, session.id)];
    await Promise.all([a.synced(), b.synced()]);
    expect(cellsOf(a)).toEqual(session.live.doc.getArray("cells").toJSON());
    openLiveNotebook(a.doc).apply({ type: "set-source", id: first, source: "x = 42" }, by);
    await waitFor("b to see the edit", () => sourceOf(b) === "x = 42");
    expect(session.live.cell(first)?.source).toBe("x = 42");
    session.live.apply({ type: "set-source", id: first, source: "x = 43" }, by);
    await waitFor(
      "both to see the server's edit",
      () => sourceOf(a) === "x = 43" && sourceOf(b) === "x = 43",
    );
  });

  test("an edit says who it is by", async () => {
    const { api, session } = await aRoom();
    const client = aLiveClient(api, session.id);
    await client.synced();
    const origins: unknown[] = [];
    session.live.onChange(({ origin }) => origins.push(origin));
    openLiveNotebook(client.doc, client.results).apply({ type: "set-source", id: first, source: "z" }, by);
    await waitFor("the edit", () => origins.length > 0);
    expect(origins).toMatchObject([{ type: "remote", label: "local/cli" }]);
  });

  test("a burst of edits in one turn is one frame, and the author is not told its own", async () => {
    const it = await aRoom();
    const author = aLiveClient(it.api, it.session.id);
    await author.synced();
    const watcher = await aRawSocket(it, it.session.id);
    const updates: Uint8Array[] = [];
    watcher.on("message", (data: Buffer, isBinary) => {
      if (!isBinary) return;
      const frame = decodeFrame(data);
      if (frame.type === "update") updates.push(frame.update);
    });
    for (let count = 0; count < 100; count++) {
      it.session.live.apply({ type: "set-source", id: first, source: `x = ${count}` }, by);
    }
    await waitFor("the burst", () => updates.length > 0);
    await waitFor("the author", () => sourceOf(author) === "x = 99");
    expect(updates).toHaveLength(1);

    let echoed = 0;
    author.doc.on("update", (_update: Uint8Array, origin: unknown) => {
      if (origin === author) echoed++;
    });
    openLiveNotebook(author.doc).apply({ type: "set-source", id: first, source: "mine" }, by);
    await waitFor("the watcher", () => updates.length === 2);
    expect(echoed).toBe(0);
  });

  test("any edits and lost connections of several clients end in one document", async () => {
    const step = fc.record({
      who: fc.nat({ max: 2 }),
      act: fc.oneof(
        fc.record({ insert: fc.string({ maxLength: 4 }), at: fc.nat() }),
        fc.record({ delete: fc.nat() }),
        fc.record({ newCell: fc.string({ maxLength: 6 }) }),
        fc.constant({ cut: true } as const),
        fc.constant({ breathe: true } as const),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { api, session, server } = await aRoom();
        const network = await aBreakableNetwork(server.port);
        const clients = [0, 1, 2].map(() => aLiveClient(api, session.id, network));
        await Promise.all(clients.map((client) => client.synced()));
        let inserted = 0;
        for (const { who, act } of steps) {
          const client = clients[who];
          if (!client) continue;
          const notebook = openLiveNotebook(client.doc, client.results);
          const text = notebook.sourceText(first);
          if ("insert" in act) {
            text?.insert(act.at % (text.length + 1), act.insert);
          } else if ("delete" in act) {
            if (text && text.length > 0) text.delete(act.delete % text.length, 1);
          } else if ("newCell" in act) {
            const cell = { id: CellId.create(), cellType: "code", source: act.newCell } as const;
            notebook.apply({ type: "insert-cell", cell, after: first }, by);
            inserted++;
          } else if ("cut" in act) {
            network.cut();
          } else {
            await new Promise((resolve) => setImmediate(resolve));
          }
        }
        await waitFor("all to agree", () => {
          for (const client of clients) client.retryNow();
          const want = JSON.stringify(session.live.doc.getArray("cells").toJSON());
          return (
            session.live.cellIds().length === 2 + inserted &&
            clients.every((client) => !client.hasUnsentEdits() && JSON.stringify(cellsOf(client)) === want)
          );
        });
        for (const client of clients) client.close();
        await server.close();
      }),
      { numRuns: 25 },
    );
  });

  test("edits made without a connection are kept and merged, once", async () => {
    const { api, session, server } = await aRoom();
    const network = await aBreakableNetwork(server.port);
    const away = aLiveClient(api, session.id, network);
    const here = aLiveClient(api, session.id);
    await Promise.all([away.synced(), here.synced()]);
    network.setDown(true);
    await waitFor("the loss", () => away.connection().type !== "live");
    openLiveNotebook(away.doc).sourceText(first)?.insert(0, "# away\n");
    openLiveNotebook(here.doc).sourceText(first)?.insert(5, "  # here");
    await waitFor("a vain try", () => away.connection().type === "offline");
    expect(away.hasUnsentEdits()).toBe(true);
    expect(sourceOf(here)).toBe("x = 1  # here");
    network.setDown(false);
    away.retryNow();
    await away.synced();
    await waitFor("both edits at both", () =>
      [away, here].every((client) => sourceOf(client) === "# away\nx = 1  # here"),
    );
    expect(away.hasUnsentEdits()).toBe(false);
    expect(session.live.cellIds()).toHaveLength(2);
  });

  test("a lost connection comes back by itself", async () => {
    const { api, session, server } = await aRoom();
    const network = await aBreakableNetwork(server.port);
    const client = aLiveClient(api, session.id, network);
    await client.synced();
    const states: string[] = [];
    client.onConnection(({ type }) => states.push(type));
    network.cut();
    await waitFor("the loss", () => states.includes("offline"));
    await waitFor("the return", () => client.connection().type === "live");
    expect(states).toEqual(["offline", "connecting", "live"]);
  });
});

describe("presence", () => {
  test("is seen by the others and goes with its owner", async () => {
    const { api, session } = await aRoom();
    const [a, b] = [aLiveClient(api, session.id), aLiveClient(api, session.id)];
    await Promise.all([a.synced(), b.synced()]);
    a.setPresence({ party: { ...ana, who: "root" }, cellId: "cell-0", mode: "editing" });
    const seen = () => b.awareness.getStates().get(a.doc.clientID);
    await waitFor("a to be seen", () => seen()?.cellId === "cell-0");
    expect(seen()).toEqual({ party: ana, cellId: "cell-0", mode: "editing" });
    a.close();
    await waitFor("a to be gone", () => seen() === undefined);
  });

  test("is seen again after a lost connection, from both sides", async () => {
    const { api, session, server } = await aRoom();
    const network = await aBreakableNetwork(server.port);
    const [a, b] = [aLiveClient(api, session.id, network), aLiveClient(api, session.id)];
    await Promise.all([a.synced(), b.synced()]);
    a.setPresence({ party: ana, cellId: "cell-0", mode: "viewing" });
    b.setPresence({ party: ana, cellId: "cell-1", mode: "viewing" });
    const bySide = () => [
      b.awareness.getStates().get(a.doc.clientID)?.cellId,
      a.awareness.getStates().get(b.doc.clientID)?.cellId,
    ];
    const both = () => JSON.stringify(bySide()) === '["cell-0","cell-1"]';
    await waitFor("each other", both);
    network.setDown(true);
    await waitFor("the loss", () => JSON.stringify(bySide()) === "[null,null]");
    network.setDown(false);
    a.retryNow();
    await waitFor("each other again", both);
  });
});

describe("what happens", () => {
  test("hello comes first and tells how things stand", async () => {
    const it = await aRoom();
    it.host.show(new MemoryRun(it.session, aRunSnapshot(it.session)));
    const client = aLiveClient(it.api, it.session.id);
    const messages: LiveMessage[] = [];
    client.onMessage((message) => messages.push(message));
    await client.synced();
    expect(messages[0]).toEqual({
      type: "hello",
      you: { ...ana, using: "cli", displayName: expect.any(String) },
      rights: { view: true, edit: true, execute: true },
      path: "a.ipynb",
      kernel: it.session.kernelView(),
      save: it.session.saveState(),
      run: aRunSnapshot(it.session),
      executions: {},
      inputs: [],
      conflicts: [],
    });
  });

  test("who hears that a cell is done has its outputs", async () => {
    const { api, session } = await aRoom();
    const client = aLiveClient(api, session.id);
    await client.synced();
    const notebook = openLiveNotebook(client.doc, client.results);
    let seen: unknown;
    client.onMessage((message) => {
      if (message.type === "execution" && message.execution.state === "done")
        seen = notebook.cell(first)?.outputs;
    });
    const output = { output_type: "stream", name: "stdout", text: "hi\n" } as const;
    const run = { type: "run", label: "test" } as const;
    session.live.write([{ type: "begin-execution", id: first }], run);
    session.live.write([{ type: "append-output", id: first, output: { ...output } }], run);
    const execution: CellExecution = {
      executionId: ExecutionId.create(),
      state: "done",
      by: ana,
      lane: "main",
      queuedAtMs: 1,
      startedAtMs: 2,
      endedAtMs: 3,
      outcome: { type: "completed", executionCount: 1 },
    };
    session.events.emit({ type: "execution", cellId: first, execution });
    await waitFor("the message", () => seen !== undefined);
    expect(seen).toEqual([output]);
    expect(client.live()?.executions).toEqual({ [first]: execution });
  });

  test("what an editor's client writes into a cell's outputs by hand is nobody's output", async () => {
    const { api, session } = await aRoom();
    const [forger, reader] = [aLiveClient(api, session.id), aLiveClient(api, session.id)];
    await forger.synced();
    const cell = forger.doc.getArray<Y.Map<unknown>>("cells").get(0);
    forger.doc.transact(() => {
      const output = { output_type: "stream", name: "stdout", text: "forged\n" };
      cell.set("outputs", Y.Array.from([new Y.Map(Object.entries(output))]));
      cell.set("execution_count", 99);
      cell.set("execution_state", "running");
    });
    await forger.acknowledged();
    const seen = openLiveNotebook(reader.doc, reader.results);
    await waitFor("the forger's edit", () =>
      reader.doc.getArray<Y.Map<unknown>>("cells").get(0)?.has("execution_count"),
    );
    const untouched = { outputs: [], executionCount: null, executionState: "idle" };
    expect(seen.cell(first)).toMatchObject(untouched);
    expect(session.live.cell(first)).toMatchObject(untouched);
    expect(session.live.toCell(first)).toMatchObject({ outputs: [], execution_count: null });
  });

  test("a run that changes all the time is told at most twenty times a second, its end always", async () => {
    const { api, session, host } = await aRoom();
    const client = aLiveClient(api, session.id);
    await client.synced();
    const run = host.show(new MemoryRun(session, aRunSnapshot(session)));
    const heard: LiveMessage[] = [];
    client.onMessage((message) => heard.push(message));
    const start = performance.now();
    let changes = 0;
    while (performance.now() - start < 300) {
      run.change({ stepsDone: ++changes });
      await new Promise((resolve) => setImmediate(resolve));
    }
    run.end({ status: "completed", exitCode: 0 });
    await waitFor("the end", () => client.live()?.run?.status === "completed");
    const elapsed = performance.now() - start;
    expect(changes).toBeGreaterThan(50);
    expect(heard.length).toBeLessThanOrEqual(elapsed / 50 + 3);
    expect(client.live()?.run?.stepsDone).toBe(changes);
  });
});

describe("an end", () => {
  test("of the notebook ends its connections with a reason", async () => {
    const it = await aRoom();
    const client = aLiveClient(it.api, it.session.id);
    await client.synced();
    await it.host.closeNotebook(it.session.id);
    await waitFor("the end", () => client.connection().type === "ended");
    expect(client.connection()).toEqual({ type: "ended", reason: "no-such-notebook" });
  });

  test("a notebook that is not open says so, also to a browser", async () => {
    const it = await aServer();
    const client = aLiveClient(it.api, "nb_unknown");
    await expect(client.synced()).rejects.toMatchObject({ code: "no-such-notebook" });
  });

  test("of the token ends the client instead of knocking for ever", async () => {
    const it = await aRoom();
    const stranger = new ApiClient({ baseUrl: it.server.url, token: "wrong" });
    const client = aLiveClient(stranger, it.session.id);
    await expect(client.synced()).rejects.toMatchObject({ code: "not-allowed" });
  });
});

test("a notebook of a thousand cells is there at once", async () => {
  const sources = Array.from(
    { length: 1_000 },
    (_, index) => `value_${index} = ${index}  # ${"x".repeat(480)}`,
  );
  const it = await aRoom(sources);
  const start = performance.now();
  const client = aLiveClient(it.api, it.session.id);
  await client.synced();
  const tookMs = performance.now() - start;
  expect(openLiveNotebook(client.doc, client.results).cellIds()).toHaveLength(1_000);
  // Measured 60 ms on two busy cores; the limit catches a quadratic, not a slow machine.
  expect(tookMs).toBeLessThan(3_000);
});
