import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SCRIPTED_SPEC, ScriptedProvider } from "../compute/memory/scripted-provider.ts";
import { MemoryRunLedger } from "../store/memory/run-ledger.ts";
import type { Host } from "../usecases/host.ts";
import type { LiveRun } from "../usecases/live-run.ts";
import { RunId } from "../util/ids.ts";
import { createLocalHost } from "./local-host.ts";

const ana = { kind: "person", who: "ana", using: "cli", displayName: "Ana" } as const;

let folder: string;
let kernels: ScriptedProvider;
let ledger: MemoryRunLedger;
let host: Host;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "loopbook-host-"));
  // A cell that says `wait` never ends by itself.
  kernels = new ScriptedProvider((code) => (code === "wait" ? { until: new Promise(() => {}) } : {}));
  ledger = new MemoryRunLedger();
  host = createLocalHost({ stateFolder: folder, version: "0", kernels, runStore: ledger });
});

afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

async function start(source: string, name: string): Promise<LiveRun> {
  const cell = { id: "a", cell_type: "code", metadata: {}, source, execution_count: null, outputs: [] };
  const kernelspec = { name: SCRIPTED_SPEC.name, display_name: "Scripted" };
  const path = join(folder, `${name}.ipynb`);
  await writeFile(
    path,
    JSON.stringify({ cells: [cell], metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }),
  );
  const output = { type: "path", path: join(folder, `${name}-out.ipynb`) } as const;
  return host.startRun({ runId: RunId.create(), input: { path }, output, options: {}, by: ana });
}

test("kernels of the newest ended runs stay, older ones end", async () => {
  for (let n = 0; n < 11; n++) await (await start("1", `nb${n}`)).ended;
  const alive = kernels.kernels.map(({ state }) => state !== "dead");
  expect(alive.slice(0, 2)).toEqual([false, false]);
  expect(alive.slice(3).every(Boolean)).toBe(true);
});

test("closing ends what runs as stopped, in the file and in the ledger", async () => {
  const run = await start("wait", "long");
  expect(host.runs()).toEqual([run]);
  await host.close();
  expect(await run.ended).toMatchObject({ status: "stopped", exitCode: 130, steps: { a: "interrupted" } });
  expect((await ledger.get(run.id))?.snapshot.status).toBe("stopped");
  expect(await readFile(join(folder, "long-out.ipynb"), "utf8")).toContain('"interrupted"');
  await expect(start("1", "late")).rejects.toMatchObject({ code: "closing" });
});
