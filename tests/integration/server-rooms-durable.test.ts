/**
 * Durable rooms in one process, without sockets and disk in between, so that thousands of histories can be tried:
 * several clients, connections that break anywhere, a server that dies anywhere and begins again from its log.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { WebSocket } from "ws";
import * as Y from "yjs";
import { encodeFrame } from "../../src/api/live-frames.ts";
import { LiveClient } from "../../src/client/live-client.ts";
import type { SocketHandlers } from "../../src/client/live-socket.ts";
import { NotebookResults } from "../../src/document/notebook-results.ts";
import { seedUpdate } from "../../src/document/seed.ts";
import { openLiveNotebook } from "../../src/document/yjs-notebook.ts";
import { OWNER_RIGHTS } from "../../src/people/access.ts";
import { Connection, type ConnectionRoom } from "../../src/server/rooms/connection.ts";
import { FairQueue } from "../../src/server/rooms/fair-queue.ts";
import type { Clock } from "../../src/util/clock.ts";
import { CellId } from "../../src/util/ids.ts";
import { aNotebook } from "./server/memory-host.ts";

const by = { type: "person", label: "test" } as const;
const first = CellId.of("cell-0");
const access = {
  party: { kind: "person", who: "ana", using: "test", displayName: "Ana" },
  rights: OWNER_RIGHTS,
} as const;
const still: Clock = { now: () => 0, schedule: () => () => {} };
const hello = {
  ...{
    type: "hello" as const,
    you: access.party,
    rights: OWNER_RIGHTS,
    path: null,
    run: null,
    executions: {},
    inputs: [],
    conflicts: [],
  },
  kernel: {
    ...{ state: "none" as const, specName: null, displayName: null, language: null },
    ...{ supportsSubshells: false, pid: null, death: null, sinceMs: 0 },
  },
  save: { type: "saved", atMs: 0 },
} as const;

/** What is on disk: updates that were written; those after `durable` may or may not survive a crash. */
class Disk {
  updates: Uint8Array[] = [seedUpdate(aNotebook(["", ""]))];
  durable = 1;
  waiting: (() => void)[] = [];

  sync(): void {
    this.durable = this.updates.length;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** As many of the unsynced updates are there as happened to be written. */
  crash(kept: number): void {
    const unsynced = this.updates.length - this.durable;
    this.updates.length = this.durable + (kept % (unsynced + 1));
    this.durable = this.updates.length;
    this.waiting = [];
  }
}

/** A server's room from its log to its death. */
class World implements ConnectionRoom {
  readonly doc = new Y.Doc();
  readonly results = new NotebookResults();
  readonly epoch = "one";
  readonly queue = new FairQueue(still);
  readonly disk: Disk;
  readonly connections = new Set<Connection>();
  isDead = false;

  constructor(disk: Disk) {
    this.disk = disk;
    for (const update of disk.updates) Y.applyUpdate(this.doc, update);
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (this.isDead) return;
      disk.updates.push(update);
      const frame = encodeFrame({ type: "update", update });
      for (const one of this.connections) if (one.origin !== origin) one.outbox.sendTurn(frame, null, []);
    });
  }
  cellIds = () => [];
  everybody = (): null => null;
  fullState = (): Uint8Array => Y.encodeStateAsUpdate(this.doc);
  durable = (): Promise<void> => new Promise((resolve) => this.disk.waiting.push(resolve));
  onAwareness = (): void => {};
  onGone = (one: Connection): void => void this.connections.delete(one);
  onUnexpected = (error: unknown): void => {
    throw error;
  };
}

/** One way between a client and a server: what is under way arrives in order, or not at all. */
class Wire {
  toServer: Uint8Array[] = [];
  toClient: (string | Uint8Array)[] = [];
  private readonly listeners = new Map<string, (...data: unknown[]) => void>();
  private readonly handlers: SocketHandlers;
  isOpen = true;
  readonly socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    on: (event: string, listener: (...data: unknown[]) => void) => void this.listeners.set(event, listener),
    send: (data: string | Uint8Array, sent: () => void) => {
      this.toClient.push(data);
      sent();
    },
    close: () => this.cut(),
    pause: () => {},
    resume: () => {},
  };

  constructor(handlers: SocketHandlers) {
    this.handlers = handlers;
  }
  deliver(toServer: boolean): boolean {
    if (!this.isOpen) return false;
    const data = toServer ? this.toServer.shift() : this.toClient.shift();
    if (data === undefined) return false;
    if (toServer) this.listeners.get("message")?.(data, true);
    else this.handlers.onMessage(data);
    return true;
  }
  cut(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.socket.readyState = 3;
    this.listeners.get("close")?.();
    this.handlers.onClose(1006);
  }
}

type Act =
  | { readonly type: "edit" | "cut" | "connect" | "new-cell"; readonly who: number; readonly at: number }
  | { readonly type: "deliver"; readonly who: number; readonly toServer: boolean; readonly count: number }
  | { readonly type: "server-edit" | "sync" }
  | { readonly type: "crash"; readonly kept: number };

const who = fc.nat({ max: 2 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("edit" as const), who, at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("new-cell" as const), who, at: fc.nat() }) },
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant("deliver" as const),
      who,
      toServer: fc.boolean(),
      count: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("cut" as const), who, at: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("connect" as const), who, at: fc.nat() }) },
  { weight: 2, arbitrary: fc.constant({ type: "server-edit" } as const) },
  { weight: 4, arbitrary: fc.constant({ type: "sync" } as const) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("crash" as const), kept: fc.nat() }) },
);

test("whatever breaks and dies, all end with the same document, every mark once, none lost that was acknowledged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 80, size: "max" }), async (acts) => {
      const disk = new Disk();
      let world = new World(disk);
      const wires: (Wire | null)[] = [null, null, null];
      const made: string[][] = [[], [], []];
      const acknowledged = new Set<string>();
      const serverMarks = { count: 0, durable: [] as string[], waiting: [] as string[] };
      const clients = [0, 1, 2].map((number) => {
        const client = new LiveClient({
          url: "test",
          clock: still,
          openSocket: (_url, handlers) => {
            const wire = new Wire(handlers);
            wires[number] = wire;
            return {
              send: (data) => void (wire.isOpen && wire.toServer.push(data)),
              close: () => wire.cut(),
            };
          },
        });
        client.onUnacknowledged((left) => {
          const mine = made[number] ?? [];
          for (const mark of mine.slice(0, mine.length - left)) acknowledged.add(mark);
        });
        return client;
      });
      const connect = (number: number): void => {
        const old = wires[number];
        if (old?.isOpen && old.socket.readyState === 1 && joined.has(old)) return;
        if (!old?.isOpen) clients[number]?.retryNow();
        const wire = wires[number];
        if (!wire?.isOpen || joined.has(wire)) return;
        joined.add(wire);
        const connection = new Connection(wire.socket as unknown as WebSocket, access, world, null);
        world.connections.add(connection);
        connection.greet(hello);
        (wire as unknown as { handlers: SocketHandlers }).handlers.onOpen();
      };
      const joined = new WeakSet<Wire>();
      const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
      const pump = async (number: number): Promise<void> => {
        for (const toServer of [true, false, true, false])
          while (wires[number]?.deliver(toServer)) await turn();
      };
      // All are there in the beginning, so that what follows breaks something.
      for (const number of [0, 1, 2]) {
        connect(number);
        await pump(number);
      }
      disk.sync();

      for (const one of acts) {
        switch (one.type) {
          case "edit": {
            const text = openLiveNotebook(clients[one.who]?.doc ?? new Y.Doc()).sourceText(first);
            if (!text) break;
            const mark = `<${one.who}.${made[one.who]?.length}>`;
            made[one.who]?.push(mark);
            text.insert([0, text.length][one.at % 2] ?? 0, mark);
            break;
          }
          case "new-cell": {
            const notebook = openLiveNotebook(clients[one.who]?.doc ?? new Y.Doc());
            if (notebook.cellIds().length === 0) break;
            const mark = `<${one.who}.${made[one.who]?.length}>`;
            made[one.who]?.push(mark);
            const cell = { id: CellId.create(), cellType: "code", source: mark } as const;
            notebook.apply({ type: "insert-cell", cell, after: null }, by);
            break;
          }
          case "deliver":
            for (let count = 0; count < one.count; count++) wires[one.who]?.deliver(one.toServer);
            break;
          case "cut":
            wires[one.who]?.cut();
            break;
          case "connect":
            connect(one.who);
            break;
          case "server-edit": {
            const mark = `<s.${serverMarks.count++}>`;
            openLiveNotebook(world.doc).sourceText(first)?.insert(0, mark);
            serverMarks.waiting.push(mark);
            break;
          }
          case "sync":
            disk.sync();
            serverMarks.durable.push(...serverMarks.waiting.splice(0));
            break;
          case "crash": {
            world.isDead = true;
            for (const wire of wires) wire?.cut();
            disk.crash(one.kept);
            serverMarks.waiting = [];
            world = new World(disk);
            const kept = new Set(marksOf(world.doc));
            for (const mark of [...acknowledged, ...serverMarks.durable]) expect(kept).toContain(mark);
            break;
          }
        }
        await turn();
      }
      // In the end everything works for a while.
      for (let round = 0; round < 40; round++) {
        for (const number of [0, 1, 2]) {
          connect(number);
          await pump(number);
        }
        disk.sync();
        await turn();
        if (clients.every((client) => client.unacknowledged() === 0) && allAgree(world, clients)) break;
      }
      expect(clients.map((client) => client.unacknowledged())).toEqual([0, 0, 0]);
      for (const { doc } of clients) expect(cellsOf(doc)).toEqual(cellsOf(world.doc));
      const marks = marksOf(world.doc);
      expect(new Set(marks).size).toBe(marks.length);
      expect(marks.filter((mark) => !mark.startsWith("<s")).toSorted()).toEqual(made.flat().toSorted());
      for (const mark of serverMarks.durable) expect(marks).toContain(mark);
      for (const client of clients) client.close();
    }),
    { numRuns: Number(process.env.LOOPBOOK_TEST_RUNS ?? 2_000) },
  );
}, 300_000);

function marksOf(doc: Y.Doc): string[] {
  const notebook = openLiveNotebook(doc);
  return notebook.cellIds().flatMap((id) => notebook.cell(id)?.source.match(/<[^<>]+>/g) ?? []);
}

const cellsOf = (doc: Y.Doc): unknown => doc.getArray("cells").toJSON();
const allAgree = (world: World, clients: readonly LiveClient[]): boolean =>
  clients.every(({ doc }) => JSON.stringify(cellsOf(doc)) === JSON.stringify(cellsOf(world.doc)));
