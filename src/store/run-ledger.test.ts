/** One suite for every ledger of runs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { defaultRunOptions } from "../runs/options.ts";
import type { RunEventRecord, RunRecord, RunSnapshot, StepRecord } from "../runs/run.ts";
import type { RunStore } from "../runs/run-store.ts";
import { CellId, RunId } from "../util/ids.ts";
import { MemoryRunLedger } from "./memory/run-ledger.ts";
import { ownIdentity } from "./process-identity.ts";
import { openRunLedger, type RunLedgerOptions } from "./sqlite/run-ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "loopbook-ledger-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const sqlite = (options: RunLedgerOptions = {}, path = join(folder, `${files++}.sqlite`)): RunStore =>
  openRunLedger(path, options);

const ana = { kind: "person", who: "ana", using: "cli", displayName: "Ana" } as const;

function aRecord(id: string, change: Partial<RunSnapshot> = {}): RunRecord {
  return {
    snapshot: {
      id: RunId.of(id),
      notebookId: null,
      name: "train",
      inputPath: "/nb/train.ipynb",
      outputPath: "/nb/out.ipynb",
      status: "running",
      hold: null,
      currentCell: null,
      pending: null,
      stepsDone: 0,
      stepsTotal: 2,
      startedAtMs: 1_000,
      endedAtMs: null,
      etaMs: null,
      steps: {},
      parameters: [],
      values: { lr: 0.1 },
      stagedChanges: [],
      recentEvents: [],
      outcome: null,
      exitCode: null,
      ...change,
    },
    options: defaultRunOptions,
    steps: [],
    events: [],
    startedBy: ana,
    host: "here",
    loopbookVersion: "0.0.0",
    kernel: null,
    packages: null,
    recordPath: null,
  };
}

function aStep(ordinal: number, cellId: string, change: Partial<StepRecord> = {}): StepRecord {
  return {
    ordinal,
    cellId: CellId.of(cellId),
    status: "completed",
    source: `x = "${cellId}"`,
    sourceHash: `hash-${cellId}`,
    startedAtMs: 100,
    endedAtMs: 150,
    executionCount: ordinal,
    error: null,
    ...change,
  };
}

function anEvent(seq: number, type = "started"): RunEventRecord {
  return { seq, atMs: seq, by: ana, type, cellId: null, text: type, detail: { n: seq } };
}

const ended = { status: "completed", endedAtMs: 2_000, exitCode: 0 } as const;

describe.each<[string, (options?: { keepRuns?: number }) => RunStore]>([
  ["memory", (options) => new MemoryRunLedger(options)],
  ["sqlite", (options) => sqlite(options)],
])("the ledger in %s", (_name, open) => {
  test("gives back what was written", async () => {
    const ledger = open();
    const record = aRecord("run_one");
    await ledger.create({ ...record, events: [anEvent(1)] });
    const running = aStep(1, "a", { status: "running", endedAtMs: null, executionCount: null });
    await ledger.append(record.snapshot.id, { snapshot: record.snapshot, events: [], steps: [running] });
    expect((await ledger.get("run_one"))?.snapshot.steps).toEqual({ a: "running" });
    const snapshot = { ...record.snapshot, ...ended, steps: { a: "completed", z: "not-run" } as const };
    const failed = aStep(2, "b", { status: "failed", error: "ValueError: no" });
    await ledger.append(record.snapshot.id, {
      snapshot,
      events: [anEvent(2, "completed")],
      steps: [aStep(1, "a"), failed],
    });
    await ledger.describe(record.snapshot.id, {
      kernel: { name: "python3", implementation: "ipython", version: "9" },
    });
    await ledger.describe(record.snapshot.id, { packages: { numpy: "2.0" } });
    expect(await ledger.get("run_one")).toEqual({
      ...record,
      snapshot: {
        ...snapshot,
        steps: { a: "completed", b: "failed", z: "not-run" },
        recentEvents: [anEvent(1), anEvent(2, "completed")],
      },
      steps: [aStep(1, "a"), failed],
      events: [anEvent(1), anEvent(2, "completed")],
      kernel: { name: "python3", implementation: "ipython", version: "9" },
      packages: { numpy: "2.0" },
    });
    await ledger.close();
  });

  test("writes an event or a step twice as one", async () => {
    const ledger = open();
    const { snapshot } = aRecord("run_one");
    await ledger.create(aRecord("run_one"));
    for (let attempt = 0; attempt < 2; attempt++) {
      await ledger.append(snapshot.id, { snapshot, events: [anEvent(1)], steps: [aStep(1, "a")] });
    }
    const record = await ledger.get("run_one");
    expect(record?.events).toHaveLength(1);
    expect(record?.steps).toHaveLength(1);
    await ledger.close();
  });

  test("finds a run by the beginning of its id, when that is one", async () => {
    const ledger = open();
    await ledger.create(aRecord("run_abc1"));
    await ledger.create(aRecord("run_abd2"));
    expect((await ledger.get("run_abc"))?.snapshot.id).toBe("run_abc1");
    expect((await ledger.get("abd"))?.snapshot.id).toBe("run_abd2");
    expect(await ledger.get("ab")).toBeNull();
    expect(await ledger.get("")).toBeNull();
    expect(await ledger.get("%")).toBeNull();
    await ledger.close();
  });

  test("lists the newest first, filtered, without steps and events", async () => {
    const ledger = open();
    await ledger.create(aRecord("run_1", { startedAtMs: 1, ...ended }));
    await ledger.create(aRecord("run_3", { startedAtMs: 3 }));
    await ledger.create(aRecord("run_2", { startedAtMs: 2, inputPath: "/nb/other.ipynb" }));
    const ids = async (filter = {}) => (await ledger.list(filter)).map(({ id }) => id);
    expect(await ids()).toEqual(["run_3", "run_2", "run_1"]);
    expect(await ids({ limit: 2 })).toEqual(["run_3", "run_2"]);
    expect(await ids({ inputPath: "/nb/other.ipynb" })).toEqual(["run_2"]);
    expect(await ids({ status: ["completed"] })).toEqual(["run_1"]);
    expect((await ledger.list())[0]?.steps).toEqual({});
    await ledger.close();
  });

  test("knows how long cells take, from the newest completed runs", async () => {
    const ledger = open();
    for (const [index, took] of [900, 10, 30, 20, 40, 50].entries()) {
      const { snapshot } = aRecord(`run_${index}`, { startedAtMs: index });
      await ledger.create(aRecord(`run_${index}`, { startedAtMs: index }));
      const steps = [
        aStep(1, "a", { startedAtMs: 0, endedAtMs: took }),
        aStep(2, "b", { status: "skipped" }),
      ];
      await ledger.append(snapshot.id, { snapshot: { ...snapshot, ...ended }, events: [], steps });
    }
    await ledger.create(aRecord("run_x", { startedAtMs: 99, ...ended, status: "failed" }));
    expect(await ledger.typicalDurations("/nb/train.ipynb")).toEqual(new Map([["a", 30]]));
    expect(await ledger.typicalDurations("/nb/none.ipynb")).toEqual(new Map());
    await ledger.close();
  });

  test("refuses to write to a run that it has not, and to create one twice", async () => {
    const ledger = open();
    const { snapshot } = aRecord("run_none");
    await expect(ledger.append(snapshot.id, { snapshot, events: [], steps: [] })).rejects.toThrow("no run");
    await ledger.create(aRecord("run_one"));
    const both = await Promise.allSettled([
      ledger.create(aRecord("run_one")),
      ledger.create(aRecord("run_two")),
    ]);
    // The bad one does not take the good one of the same moment with it.
    expect(both.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    await ledger.close();
  });

  test("keeps as many runs as it was told, and those that go on", async () => {
    const ledger = open({ keepRuns: 2 });
    await ledger.create(aRecord("run_going", { startedAtMs: 0 }));
    for (const n of [1, 2, 3, 4]) await ledger.create(aRecord(`run_${n}`, { startedAtMs: n, ...ended }));
    expect((await ledger.list()).map(({ id }) => id)).toEqual(["run_4", "run_3", "run_going"]);
    await ledger.close();
  });
});

describe("the ledger in SQLite", () => {
  test("is shared by several open ones", async () => {
    const path = join(folder, "shared.sqlite");
    const one = sqlite({}, path);
    const two = sqlite({}, path);
    await Promise.all([one.create(aRecord("run_a")), two.create(aRecord("run_b"))]);
    expect((await one.list()).map(({ id }) => id).sort()).toEqual(["run_a", "run_b"]);
    await one.close();
    await two.close();
  });

  test("shows a run whose process is gone as died", async () => {
    const path = join(folder, "gone.sqlite");
    const gone = sqlite({ owner: { pid: process.pid, start: "another process had this pid" } }, path);
    const { snapshot } = aRecord("run_gone");
    await gone.create(aRecord("run_gone"));
    const running = aStep(2, "b", { status: "running", endedAtMs: null, startedAtMs: 7_000 });
    await gone.append(snapshot.id, { snapshot, events: [], steps: [aStep(1, "a"), running] });
    await gone.close();
    const ledger = sqlite({ owner: ownIdentity() }, path);
    await ledger.create(aRecord("run_here", { startedAtMs: 5_000 }));
    const record = await ledger.get("run_gone");
    expect(record?.snapshot).toMatchObject({
      status: "died",
      exitCode: 138,
      endedAtMs: 7_000,
      steps: { a: "completed", b: "died" },
    });
    expect(record?.steps[1]?.status).toBe("died");
    expect((await ledger.list()).map(({ id, status }) => `${id} ${status}`)).toEqual([
      "run_here running",
      "run_gone died",
    ]);
    expect((await ledger.list({ status: ["died"] })).map(({ id }) => id)).toEqual(["run_gone"]);
    await ledger.close();
  });

  test("refuses a file of a newer version, and one that is none", async () => {
    const path = join(folder, "newer.sqlite");
    await sqlite({}, path).close();
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => sqlite({}, path)).toThrow("newer Loopbook");
    expect(() => sqlite({}, join(path, "runs.sqlite"))).toThrow("cannot be opened");
  });
});
