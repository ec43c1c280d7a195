import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import * as Y from "yjs";
import { NotebookResults } from "../../document/notebook-results.ts";
import { encodeResults } from "../../document/results-record.ts";
import type { RoomLog, RoomState } from "../../document/room-log.ts";
import { seedUpdate } from "../../document/seed.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { NotebookId } from "../../util/ids.ts";
import { hashOf } from "../files/file-mark.ts";
import { FileRooms, UNUSED_ROOM_MS } from "./file-rooms.ts";

let home: string;
let rooms: FileRooms;
const path = "/notebooks/a.ipynb";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "loopbook-rooms-"));
  rooms = new FileRooms({ stateFolder: home });
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const folderOf = (id: NotebookId): string => join(home, "rooms", id);

const stateOf =
  (doc: Y.Doc, results = new NotebookResults()) =>
  (): RoomState => ({
    document: Y.encodeStateAsUpdate(doc),
    results: encodeResults(results),
  });

/** One that can be killed: what it meant to write in a moment never comes. */
function aProcess() {
  let isAlive = true;
  const schedule: Clock["schedule"] = (delayMs, run) =>
    systemClock.schedule(delayMs, () => {
      if (isAlive) run();
    });
  return {
    rooms: new FileRooms({ stateFolder: home, clock: { now: systemClock.now, schedule } }),
    kill: () => {
      isAlive = false;
    },
  };
}

/** A document whose updates go to a new room. */
async function aRoom(doc = new Y.Doc(), store = rooms) {
  const id = NotebookId.create();
  const state = stateOf(doc);
  const log = await store.begin({ id, path, contentHash: null, isSaved: true, state });
  doc.on("update", (update: Uint8Array) => log.append(update));
  onTestFinished(() => log.close());
  return { id, doc, log, text: doc.getText("t") };
}

/** What a process after a crash finds. */
async function recovered(id: NotebookId): Promise<Y.Doc> {
  const stored = await new FileRooms({ stateFolder: home }).open(id);
  if (!stored) throw new Error("no room");
  const doc = new Y.Doc();
  for (const update of stored.updates) Y.applyUpdate(doc, update);
  return doc;
}

describe("a room's log", () => {
  test("holds what was durable, without being closed", async () => {
    const { id, text, log } = await aRoom();
    text.insert(0, "one ");
    text.insert(4, "two");
    await log.durable();
    expect((await recovered(id)).getText("t").toString()).toBe("one two");
    expect(log.isDirty()).toBe(true);
  });

  test("torn off at any byte, gives the document as it was after some edit before", async () => {
    const { id, text, log } = await aRoom();
    const states = [""];
    for (let count = 0; count < 12; count++) {
      text.insert(count % 3, `${count}`);
      states.push(text.toString());
    }
    await log.durable();
    const segment = join(folderOf(id), "log-1");
    let last = states.length - 1;
    for (let bytes = statSync(segment).size; bytes >= 0; bytes--) {
      truncateSync(segment, bytes);
      const state = states.indexOf((await recovered(id)).getText("t").toString());
      expect(state).toBeGreaterThanOrEqual(0);
      expect(state).toBeLessThanOrEqual(last);
      last = state;
    }
    expect(last).toBe(0);
  });

  test("with garbage at its end, goes on behind it", async () => {
    const { id, text, log } = await aRoom();
    text.insert(0, "kept");
    await log.close();
    appendFileSync(join(folderOf(id), "log-1"), Buffer.from([9, 0, 0, 0, 1, 2, 3]));
    const doc = await recovered(id);
    const next = (await rooms.open(id))?.resume(stateOf(doc));
    doc.on("update", (update: Uint8Array) => next?.append(update));
    doc.getText("t").insert(4, " and more");
    await next?.close();
    expect((await recovered(id)).getText("t").toString()).toBe("kept and more");
  });

  test("is cut back by size, and holds all the same", async () => {
    const { id, doc, log } = await aRoom();
    const map = doc.getMap("m");
    for (let count = 0; count < 300; count++) {
      map.set("chart", `${count} ${"x".repeat(4_000)}`);
      await log.durable();
    }
    map.set("last", true);
    await log.close();
    const size = readdirSync(folderOf(id)).reduce(
      (sum, name) => sum + statSync(join(folderOf(id), name)).size,
      0,
    );
    expect(size).toBeLessThan(2 * 256 * 1024);
    expect((await recovered(id)).getMap("m").toJSON()).toEqual(map.toJSON());
  });

  test("a disk that fails for a while loses nothing and says nothing too early", async () => {
    const { id, text, log } = await aRoom();
    const aside = `${folderOf(id)}.aside`;
    renameSync(folderOf(id), aside);
    text.insert(0, "one ");
    let isDurable = false;
    const durable = log.durable().then(() => {
      isDurable = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    text.insert(4, "two");
    expect(isDurable).toBe(false);
    renameSync(aside, folderOf(id));
    await durable;
    await log.durable();
    expect((await recovered(id)).getText("t").toString()).toBe("one two");
  });

  test("all who wait share one sync; who comes later gets the next", async () => {
    const { text, log } = await aRoom();
    const order: number[] = [];
    const waits = [1, 2, 3].map((number) => {
      text.insert(0, "x");
      return log.durable().then(() => order.push(number));
    });
    await Promise.all(waits);
    expect(order).toEqual([1, 2, 3]);
    await log.durable();
  });
});

describe("what is written for an edit", () => {
  /** Bytes that reach the disk, snapshots included. */
  async function bytesAnEdit(cells: number, edits: number): Promise<number> {
    const doc = new Y.Doc();
    const cell = (index: number) =>
      ({
        cell_type: "code",
        id: `cell-${index}`,
        metadata: {},
        source: "x".repeat(500),
        outputs: [],
        execution_count: null,
      }) as const;
    const notebook = {
      nbformat: 4 as const,
      nbformat_minor: 5,
      metadata: {},
      cells: Array.from({ length: cells }, (_, i) => cell(i)),
    };
    Y.applyUpdate(
      doc,
      seedUpdate({ ...notebook, cells: notebook.cells.map((one) => ({ ...one, outputs: [] })) }),
    );
    const { id, log } = await aRoom(doc);
    const text = new Y.Text();
    doc.getArray("cells").insert(0, [new Y.Map([["source", text]])]);
    await log.durable();
    let written = 0;
    const seen = new Map<string, number>();
    const measure = (): void => {
      for (const name of readdirSync(folderOf(id))) {
        const { size, ino } = statSync(join(folderOf(id), name));
        const before = seen.get(`${name} ${ino}`) ?? 0;
        written += Math.max(0, size - before);
        seen.set(`${name} ${ino}`, size);
      }
    };
    measure();
    written = 0;
    for (let count = 0; count < edits; count++) {
      if (text.length > 80) text.delete(0, 1);
      text.insert(text.length, "y");
      if (count % 500 === 499) {
        await log.durable();
        measure();
      }
    }
    await log.close();
    return written / edits;
  }

  test("is the same in a notebook of 1, 1,000 and 5,000 cells", async () => {
    const [one = 0, thousand = 0, five = 0] = [
      await bytesAnEdit(1, 2_000),
      await bytesAnEdit(1_000, 2_000),
      await bytesAnEdit(5_000, 2_000),
    ];
    expect(one).toBeLessThan(150);
    expect(thousand / one).toBeLessThan(1.1);
    expect(five / one).toBeLessThan(1.1);
  });

  test("is the same after a hundred thousand edits", async () => {
    const [few, many] = [await bytesAnEdit(1, 10_000), await bytesAnEdit(1, 100_000)];
    expect(many / few).toBeLessThan(1.2);
  }, 60_000);
});

describe("a saved file", () => {
  async function withFile(): Promise<{ id: NotebookId; log: RoomLog; text: Y.Text; file: string }> {
    const room = await aRoom();
    return { ...room, file: join(home, "a.ipynb") };
  }

  test("is known by its content, and kept for merging", async () => {
    const { log, text, file } = await withFile();
    text.insert(0, "x");
    writeFileSync(file, "version 1");
    const mark = { contentHash: hashOf("version 1"), seq: log.lastSeq };
    await log.intend(mark);
    expect(log.facts().intents).toEqual([mark]);
    await log.saved(mark, file);
    expect(log.facts()).toEqual({ path, base: mark, intents: [] });
    expect(log.isDirty()).toBe(false);
    expect(Buffer.from((await log.baseBytes()) ?? []).toString()).toBe("version 1");
  });

  test("that was about to be saved is remembered after a crash", async () => {
    const { id, log } = await withFile();
    const mark = { contentHash: hashOf("version 2"), seq: 7 };
    await log.intend(mark);
    expect((await new FileRooms({ stateFolder: home }).open(id))?.facts.intents).toEqual([mark]);
  });

  test("facts do not grow, however many saves fail", async () => {
    const { log } = await withFile();
    for (let count = 0; count < 50; count++)
      await log.intend({ contentHash: hashOf(`${count}`), seq: count });
    expect(log.facts().intents).toHaveLength(4);
  });
});

describe("a room", () => {
  test("is found by path and by id, and keeps its id when the file moves", async () => {
    const { id, log } = await aRoom();
    expect([await rooms.idAt(path), await rooms.pathOf(id)]).toEqual([id, path]);
    await log.moved("/notebooks/b.ipynb");
    expect([await rooms.idAt(path), await rooms.idAt("/notebooks/b.ipynb")]).toEqual([null, id]);
    await log.close();
    expect(await new FileRooms({ stateFolder: home }).pathOf(id)).toBe("/notebooks/b.ipynb");
  });

  test("whose entry was lost in a crash is found by id and entered again", async () => {
    const { id } = await aRoom();
    rmSync(join(home, "rooms", "paths"), { recursive: true });
    expect(await rooms.pathOf(id)).toBe(path);
    expect(await rooms.idAt(path)).toBe(id);
  });

  test("is not found by a name that is none", async () => {
    for (const name of ["../../etc", "nb_x", "", "nb_0123456789ab/.."]) {
      expect(await rooms.open(NotebookId.of(name))).toBeNull();
    }
  });

  test("with a damaged snapshot is none", async () => {
    const { id } = await aRoom();
    const file = join(folderOf(id), "snapshot");
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await rooms.open(id)).toBeNull();
  });

  test("that is saved and unused for long is forgotten; one that is not is not", async () => {
    const [clean, dirty, young] = [await aRoom(), await aRoom(), await aRoom()];
    dirty.text.insert(0, "unsaved");
    for (const { log } of [clean, dirty, young]) await log.close();
    const long = Date.now() / 1000 - UNUSED_ROOM_MS / 1000 - 60;
    for (const { id } of [clean, dirty])
      for (const name of readdirSync(folderOf(id))) utimesSync(join(folderOf(id), name), long, long);
    mkdirSync(join(home, "rooms", "nb_broken000000"));
    await rooms.forgetUnused();
    const left = readdirSync(join(home, "rooms")).filter((name) => name.startsWith("nb_"));
    expect(left.sort()).toEqual([dirty.id, young.id].sort());
  });
});

test("any edits, cuts of the log, and reopenings give the document of the durable edits", async () => {
  const act = fc.oneof(
    { weight: 6, arbitrary: fc.record({ insert: fc.string({ minLength: 1, maxLength: 5 }), at: fc.nat() }) },
    { weight: 2, arbitrary: fc.constant({ sync: true } as const) },
    { weight: 1, arbitrary: fc.constant({ reopen: true } as const) },
    { weight: 1, arbitrary: fc.constant({ crash: true } as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30, size: "max" }), async (acts) => {
      const firstProcess = aProcess();
      const room = await aRoom(new Y.Doc(), firstProcess.rooms);
      let { doc, log } = room as { doc: Y.Doc; log: RoomLog };
      let process = firstProcess;
      let durable = "";
      const logs: RoomLog[] = [];
      const resume = async (): Promise<void> => {
        doc = await recovered(room.id);
        const own = doc;
        process = aProcess();
        const next = (await process.rooms.open(room.id))?.resume(stateOf(own));
        if (!next) throw new Error("no room");
        doc.on("update", (update: Uint8Array) => next.append(update));
        logs.push(log);
        log = next;
      };
      for (const one of acts) {
        const text = doc.getText("t");
        if ("insert" in one) text.insert(one.at % (text.length + 1), one.insert);
        else if ("sync" in one) {
          await log.durable();
          durable = text.toString();
        } else if ("reopen" in one) {
          durable = text.toString();
          await log.close();
          await resume();
          expect(doc.getText("t").toString()).toBe(durable);
        } else {
          // The process is gone: what it had not written never comes, what it wrote may be there.
          const before = text.toString();
          process.kill();
          await resume();
          const after = doc.getText("t").toString();
          expect(after === durable || before.length >= after.length).toBe(true);
          expect(after.length).toBeGreaterThanOrEqual(durable.length);
          durable = after;
        }
      }
      for (const one of [...logs, log]) await one.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
