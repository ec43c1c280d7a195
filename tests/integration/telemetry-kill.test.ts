/** A server that is killed at any moment has every point and line that it acknowledged, each once. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileTelemetry } from "../../src/store/telemetry/file-telemetry.ts";
import { RunId } from "../../src/util/ids.ts";

const runId = RunId.of("run_0123456789");
const source = join(import.meta.dirname, "../../src");

/** Takes numbered points and lines from where the store is, and says what was acknowledged. */
const WRITER = `
  import { FileTelemetry } from ${JSON.stringify(join(source, "store/telemetry/file-telemetry.ts"))};
  import { concatBytes, encodeFact, encodeRow, encodeShape } from ${JSON.stringify(join(source, "telemetry/log-codec.ts"))};
  const store = new FileTelemetry({ stateFolder: process.argv[1], commitBytes: 200_000 });
  const run = await store.open(${JSON.stringify(runId)});
  let offset = run.received().w ?? 0;
  if (offset === 0) offset = (await run.append("w", 0, encodeShape(0, ["n"]))).received;
  let next = run.series()[0]?.count ?? 0;
  for (;;) {
    const records = Array.from({ length: 500 }, () => {
      const row = encodeRow(0, 1.7e9 + next / 10, next, [next]);
      next++;
      return row;
    });
    records.push(encodeFact({ type: "log", time: 1, level: "info", text: "line " + next }));
    offset = (await run.append("w", offset, concatBytes(records))).received;
    console.log(next);
  }`;

test("killed ten times while it takes and packs points, nothing is lost or doubled", async () => {
  const home = mkdtempSync(join(tmpdir(), "loopbook-telemetry-kill-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  let known = 0;
  for (let round = 0; round < 10; round++) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, home], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    let said = "";
    let heard = 0;
    // At another place each time: right after the first batch, and in the middle of several commits.
    const enough = [1, 7, 13, 19, 2, 31, 5, 43, 23, 11][round] ?? 1;
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      heard = said.split("\n").length - 1;
      if (heard >= enough) child.kill("SIGKILL");
    });
    await once(child, "close");
    const acknowledged = Number(said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1));
    expect(acknowledged).toBeGreaterThan(known);

    const store = new FileTelemetry({ stateFolder: home, commitBytes: 200_000, durability: "process" });
    const run = await store.open(runId);
    const numbers: number[] = [];
    for await (const { value } of run.points("n") ?? []) numbers.push(...value);
    expect(numbers.length).toBeGreaterThanOrEqual(acknowledged);
    expect(numbers.every((number, at) => number === at)).toBe(true);
    const { lines } = await run.logs.read({ from: 0, limit: 10_000 });
    expect(lines.map(({ text }) => text)).toEqual(
      Array.from({ length: numbers.length / 500 }, (_, at) => `line ${(at + 1) * 500}`),
    );
    expect(run.series()[0]).toMatchObject({ count: numbers.length, max: numbers.length - 1 });
    expect(run.troubles()).toEqual({ dropped: 0, rejected: 0, outOfOrder: 0, reasons: [] });
    known = acknowledged;
    await store.close();
  }
});
