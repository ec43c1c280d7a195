import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { concatBytes, encodeFact, encodeRow, encodeShape } from "../../telemetry/log-codec.ts";
import { RunId } from "../../util/ids.ts";
import { FileTelemetry } from "./file-telemetry.ts";

const runId = RunId.of("run_0123456789");
const ROWS = 40_000;

function aHome(): string {
  const home = mkdtempSync(join(tmpdir(), "loopbook-telemetry-damage-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

const rows = (from: number, count: number): Uint8Array =>
  concatBytes(Array.from({ length: count }, (_, at) => encodeRow(0, from + at, from + at, [Math.sin(at)])));

async function aRun(home: string): Promise<void> {
  const store = new FileTelemetry({ stateFolder: home });
  const run = await store.open(runId);
  const lines = Array.from({ length: 4_000 }, (_, at) =>
    encodeFact({ type: "log", time: at, level: at === 3_000 ? "error" : "info", text: `line ${at}` }),
  );
  await run.append("w", 0, concatBytes([encodeShape(0, ["loss"]), rows(0, ROWS), ...lines]));
  await store.close();
}

test.each([
  ["points", "a byte is another", (bytes: Buffer) => flip(bytes, bytes.length >> 1)],
  ["points", "the end is gone", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
  ["kept", "a byte of each block is another", (bytes: Buffer) => flip(bytes, ...every(bytes, 500))],
  ["kept", "the end is gone", (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
])("%s: %s; what is damaged is counted, the rest is read", async (kind, _what, damage) => {
  const home = aHome();
  await aRun(home);
  const file = join(home, "telemetry", runId, `${kind}.0`);
  writeFileSync(file, damage(readFileSync(file)));
  const store = new FileTelemetry({ stateFolder: home });
  const run = await store.open(runId);
  expect(run.troubles().rejected).toBe(0);
  let points = 0;
  for await (const { value } of run.points("loss") ?? []) points += value.length;
  const view = await run.read({ name: "loss", axis: "step", points: 500 });
  await run.read({ name: "loss", axis: "step", from: 0, to: 9_000, points: 500 });
  const { lines } = await run.logs.read({ from: 0, limit: 10_000 });
  const errors = await run.logs.read({ from: -10, limit: 10, levels: ["error"] });
  if (kind === "points") {
    expect(points).toBeGreaterThan(0);
    expect(points).toBeLessThan(ROWS);
    // Levels are beside them.
    expect(view?.total).toBe(ROWS);
    expect(lines).toHaveLength(4_000);
    expect(errors.lines).toHaveLength(1);
  } else {
    expect(points).toBe(ROWS);
    expect(lines.length).toBeLessThan(4_000);
  }
  const { rejected, reasons } = run.troubles();
  expect(rejected).toBeGreaterThan(0);
  expect(reasons.join()).toContain(`${kind}.0`);
  // It goes on.
  const { w = 0 } = run.received();
  expect(await run.append("w", w, rows(ROWS, 10))).toEqual({ received: w + 10 * 32 });
  await store.close();
});

function flip(bytes: Buffer, ...places: readonly number[]): Buffer {
  for (const at of places) bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
  return bytes;
}

const every = (bytes: Buffer, gap: number): readonly number[] =>
  Array.from({ length: Math.floor(bytes.length / gap) }, (_, at) => at * gap + (gap >> 1));

test.for<readonly [string, number]>([
  ["said before it is written", 0],
  ["said by the disk", -1e12],
])(
  "a disk that is really full, %s: what was acknowledged stays; taken again when there is room",
  async ([, freeBytes], context) => {
    const home = join(aHome(), "disk");
    mkdirSync(home);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", home]).status !== 0)
      return context.skip("needs the right to mount");
    onTestFinished(() => {
      spawnSync("umount", ["-l", home]);
    });
    const quota = { totalBytes: 1e12, freeBytes };
    const store = new FileTelemetry({ stateFolder: home, quota, commitBytes: 500_000 });
    const run = await store.open(runId);
    const ballast = join(home, "ballast");
    writeFileSync(ballast, Buffer.alloc(900_000));
    let { received } = await run.append("w", 0, encodeShape(0, ["loss"]));
    let next = 0;
    const failure = await (async (): Promise<unknown> => {
      for (;;)
        try {
          ({ received } = await run.append("w", received, rows(next, 1_000)));
          next += 1_000;
        } catch (error) {
          return error;
        }
    })();
    expect(failure).toMatchObject({ code: "telemetry-full", retry: true });
    expect(run.series()[0]?.count).toBe(next);
    expect(run.received()).toEqual({ w: received });
    rmSync(ballast);
    ({ received } = await run.append("w", received, rows(next, 1_000)));
    next += 1_000;
    await store.close();
    const again = new FileTelemetry({ stateFolder: home, quota });
    const found = await again.open(runId);
    expect(found.received()).toEqual({ w: received });
    const steps: number[] = [];
    for await (const { step } of found.points("loss") ?? []) steps.push(...step);
    expect(steps).toEqual(Array.from({ length: next }, (_, at) => at));
    await again.close();
  },
);
