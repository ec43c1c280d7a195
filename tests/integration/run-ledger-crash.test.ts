/** What the ledger acknowledged is there after `kill -9` of its writers; nothing is doubled or half written. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openRunLedger } from "../../src/store/sqlite/run-ledger.ts";
import { waitFor } from "./server/wait-for.ts";

const WRITER = join(import.meta.dirname, "fixtures/run-ledger-writer.ts");

it("keeps what it acknowledged when two writing processes are killed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "loopbook-crash-"));
  const path = join(folder, "runs.sqlite");
  const writers = ["run_a", "run_b"].map((name) => {
    const child = spawn(process.execPath, [WRITER, path, name], { stdio: ["ignore", "pipe", "inherit"] });
    const writer = { name, child, acknowledged: 0 };
    child.stdout.on("data", (chunk: Buffer) => {
      const last = chunk.toString().trimEnd().split("\n").at(-1);
      writer.acknowledged = Number(last);
    });
    return writer;
  });
  await waitFor(
    "both to have written",
    () => writers.every(({ acknowledged }) => acknowledged > 100),
    30_000,
  );
  for (const { child } of writers) child.kill("SIGKILL");
  await Promise.all(writers.map(({ child }) => once(child, "close")));

  const ledger = openRunLedger(path);
  for (const { name, acknowledged } of writers) {
    const record = await ledger.get(name);
    const steps = record?.steps ?? [];
    expect(steps.length).toBeGreaterThanOrEqual(acknowledged);
    expect(steps.map(({ ordinal, source }) => [ordinal, source])).toEqual(
      steps.map((_, index) => [index + 1, `x = ${index + 1}`]),
    );
    // A step, its event and the snapshot are one transaction.
    expect(record?.events).toHaveLength(steps.length);
    expect(record?.snapshot).toMatchObject({ stepsDone: steps.length, status: "died", exitCode: 138 });
  }
  await ledger.close();
  await rm(folder, { recursive: true });
});
