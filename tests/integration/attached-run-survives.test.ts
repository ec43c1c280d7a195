/** Nothing that a pipeline told is lost or doubled when server or pipeline are killed; and who is dead is said to be. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ApiClient } from "../../src/client/api-client.ts";
import type { RunSnapshot } from "../../src/runs/run.ts";
import { CliFolder, PYTHON, ROOT, type Running, until } from "./cli-support.ts";

let folder: CliFolder;
beforeEach(() => {
  folder = new CliFolder();
});
afterEach(() => folder.remove());

interface Up {
  readonly server: Running;
  readonly api: ApiClient;
  readonly port: string;
}

async function up(port = "0"): Promise<Up> {
  const server = folder.start(["up", "--foreground", "--port", port]);
  await server.says(/http:\S+ \(/);
  const url = new URL(/http:\S+/.exec(server.stdout())?.[0] ?? "");
  const token = readFileSync(join(folder.home, "server-token"), "utf8").trim();
  const api = new ApiClient({ baseUrl: url.origin, token, using: "cli" });
  return { server, api, port: url.port };
}

function pipeline(source: string, { api }: Up): Running {
  folder.write("train.py", source);
  const env = {
    PYTHONPATH: join(ROOT, "python/src"),
    LOOPBOOK_SPOOL: join(folder.path, ".spool"),
    LOOPBOOK_URL: api.baseUrl,
    LOOPBOOK_TOKEN: String(api.headers().Authorization).replace("Bearer ", ""),
  };
  return folder.start(["train.py"], { command: [PYTHON], env });
}

async function theRun({ api }: Up, is: (run: RunSnapshot) => boolean, what: string): Promise<RunSnapshot> {
  let found: RunSnapshot | undefined;
  await until(
    async () => {
      found = (await api.runs().catch(() => [])).find(is);
      return found !== undefined;
    },
    () => what,
  );
  if (found === undefined) throw new Error("no run");
  return found;
}

const TRAIN = `
import time, loopbook
run = loopbook.attach("train.ipynb", params={"lr": 0.1}, system=False)
for step in run.steps(range(400)):
    run.log(loss=float(step))
    run.event("step", str(step))
    time.sleep(0.02)
print("done")
`;

test("kill -9 of the server in the middle: the run goes on, each point and event is there once", async () => {
  const first = await up();
  const training = pipeline(TRAIN, first);
  const { id } = await theRun(first, ({ stepsDone }) => stepsDone > 20, "some steps");
  const gone = first.server.ended;
  first.server.process.kill("SIGKILL");
  await gone;
  const second = await up(first.port);
  const back = await theRun(second, (run) => run.id === id && run.stepsDone > 60, "that it comes back");
  expect(back).toMatchObject({ status: "running", kind: "attached" });
  const change = { changeId: "after", values: { lr: 0.01 }, reason: "slower" };
  await second.api.command(id, { type: "set-parameters", ...change });
  await theRun(second, ({ values }) => values.lr === 0.01, "the change");
  expect((await training.ended).code).toBe(0);
  await theRun(second, ({ status }) => status === "completed", "the end");
  await until(
    async () => (await second.api.run(id)).snapshot.status === "completed",
    () => "the end in the ledger",
  );
  const { events } = await second.api.run(id);
  const steps = events.filter(({ type }) => type === "event").map(({ detail }) => detail.step);
  expect(steps).toEqual([...Array(400).keys()]);
  expect(events.filter(({ type }) => type === "parameters-applied")).toHaveLength(1);
  const series = await second.api.get<unknown>(`/api/runs/${id}/telemetry`);
  expect(JSON.stringify(series)).toContain('"count":400');
}, 90_000);

test("a killed pipeline is said to be dead within ten seconds, with its last words; the next one takes its cells", async () => {
  const server = await up();
  const source = `
import sys, time, loopbook
run = loopbook.attach("train.ipynb", system=False)
run.log(loss=1.0)
print("CUDA out of memory, nearly", file=sys.stderr, flush=True)
run.flush()
time.sleep(60)
`;
  const killed = pipeline(source, server);
  const { id } = await theRun(server, ({ kind }) => kind === "attached", "the run");
  await until(
    async () => {
      const logs = await server.api.get<unknown>(`/api/runs/${id}/logs?from=0&limit=10`).catch(() => null);
      return JSON.stringify(logs ?? "").includes("nearly");
    },
    () => "its last words",
  );
  killed.process.kill("SIGKILL");
  const atMs = Date.now();
  const dead = await theRun(server, ({ status }) => status === "died", "its death");
  expect(Date.now() - atMs).toBeLessThan(10_000);
  expect(dead.outcome).toContain("CUDA out of memory, nearly");
  const again = pipeline(source.replace("1.0", "2.0").replace("time.sleep(60)", ""), server);
  expect((await again.ended).code).toBe(0);
  await theRun(server, (run) => run.id !== id && run.status === "completed", "the next one");
  await until(
    () => JSON.stringify(folder.read("train.ipynb")).includes('"last":2'),
    () => "the next one's face",
  );
  const roles = folder
    .read("train.ipynb")
    .cells.map((cell) => (cell.metadata as { loopbook?: { role?: string } }).loopbook?.role);
  expect(roles.filter((role) => role === "summary")).toHaveLength(1);
  expect(roles.filter((role) => role === "chart")).toHaveLength(1);
}, 90_000);
