import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import type { Fact } from "../../telemetry/facts.ts";
import { concatBytes, encodeFact, encodeRow, encodeShape } from "../../telemetry/log-codec.ts";
import type { PlacedFact } from "../../telemetry/telemetry-store.ts";
import { RunId } from "../../util/ids.ts";
import { FileTelemetry } from "./file-telemetry.ts";

let home: string;
const runId = RunId.of("run_0123456789");

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "loopbook-telemetry-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

function aStore(): FileTelemetry {
  const store = new FileTelemetry({ stateFolder: home, durability: "process" });
  onTestFinished(() => store.close());
  return store;
}

const log = (text: string, level: "info" | "error" = "info"): Fact => ({ type: "log", time: 1, level, text });

test("bytes that come twice count once, a gap says where to go on, and records may be cut anywhere", async () => {
  const run = await aStore().open(runId);
  const bytes = concatBytes([
    encodeShape(0, ["loss"]),
    encodeRow(0, 1, 1, [0.5]),
    encodeRow(0, 2, 2, [0.25]),
    encodeFact(log("x")),
  ]);
  for (let at = 0; at < bytes.length; at += 5) {
    const from = Math.max(0, at - 3);
    const { received } = await run.append("w", from, bytes.subarray(from, at + 5));
    expect(received).toBe(Math.min(bytes.length, at + 5));
  }
  expect(run.series()).toEqual([expect.objectContaining({ name: "loss", count: 2, last: 0.25, maxStep: 2 })]);
  await expect(run.append("w", bytes.length + 8, bytes)).rejects.toMatchObject({
    code: "log-gap",
    received: bytes.length,
  });
  await expect(run.append("w", bytes.length, new Uint8Array(16))).rejects.toMatchObject({ code: "bad-log" });
  expect(run.received()).toEqual({ w: bytes.length });
});

test("what was acknowledged is there again, each once, also lines of JSON", async () => {
  const first = aStore();
  const run = await first.open(runId);
  await run.append("w", 0, concatBytes([encodeShape(0, ["loss"]), encodeRow(0, 1, 1, [0.5])]));
  const line = '{"type":"metrics","time":2,"step":2,"values":{"loss":"NaN"}}';
  await run.appendLines("cli", 0, [line, "nothing", '{"type":"log","time":3,"level":"error","text":"bad"}']);
  await run.appendLines("cli", 1, ["nothing", '{"type":"log","time":3,"level":"error","text":"bad"}', line]);
  const before = [run.series(), run.received(), run.troubles()];
  await first.close();
  const again = await aStore().open(runId);
  expect([again.series(), again.received(), again.troubles()]).toEqual(before);
  expect(again.series()).toEqual([
    expect.objectContaining({ count: 3, notFinite: 2, min: 0.5, last: Number.NaN }),
  ]);
  expect(again.troubles()).toMatchObject({ rejected: 1, reasons: ["cli: not JSON: nothing"] });
});

test("facts are told behind what is known, and again until their listener takes them", async () => {
  const run = await aStore().open(runId);
  const [one, two, three] = [encodeFact(log("one")), encodeFact(log("two")), encodeFact(log("three"))];
  await run.append("w", 0, concatBytes([one, two]));
  const heard: PlacedFact[] = [];
  let failures = 2;
  const stop = run.onFact({ w: one.length }, (facts) => {
    if (failures-- > 0) throw new Error("not now");
    heard.push(...facts);
  });
  await run.append("w", one.length + two.length, three);
  await vi.waitFor(() => expect(heard).toHaveLength(2), 10_000);
  expect(heard).toEqual([
    { writer: "w", end: one.length + two.length, fact: log("two") },
    { writer: "w", end: one.length + two.length + three.length, fact: log("three") },
  ]);
  stop();
});

test("one process has a run at a time; a released one can be opened again", async () => {
  const store = aStore();
  const run = await store.open(runId);
  expect(await store.open(runId)).toBe(run);
  await expect(aStore().open(runId)).rejects.toMatchObject({ code: "open-elsewhere" });
  await store.release(runId);
  await expect(run.append("w", 0, new Uint8Array())).rejects.toMatchObject({ code: "telemetry-released" });
  expect(await store.has(runId)).toBe(true);
  expect(await store.open(runId)).not.toBe(run);
  await store.remove(runId);
  expect(await store.has(runId)).toBe(false);
  await expect(store.open(RunId.of("run_../../x"))).rejects.toMatchObject({ code: "bad-request" });
});
