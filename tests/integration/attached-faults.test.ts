/** Whatever is cut between a process and its server: each line is there once, in order. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { liveProcesses } from "../../src/server/registry.ts";
import { CliFolder, until } from "./cli-support.ts";
import { spooled } from "./spool-support.ts";

let it: CliFolder;
beforeEach(() => {
  it = new CliFolder();
});
afterEach(() => it.remove());

const spool = (): string => join(it.home, "spool");
const COUNT = 'for i in 1 2 3 4 5 6 7 8; do echo "line $i loss=$i"; sleep 0.1; done';

function entryOf(): { readonly url: string; readonly token: string } {
  const [live] = liveProcesses(it.home);
  if (!live) throw new Error("no server");
  return live;
}

async function told(run: string): Promise<{ lines: string[]; points: number }> {
  const { url, token } = entryOf();
  const get = async (path: string) =>
    (await fetch(`${url}/api/runs/${run}/${path}`, { headers: { authorization: `Bearer ${token}` } })).json();
  const logs = await get("logs?from=0&limit=1000");
  const telemetry = await get("telemetry");
  const lines = (logs.lines ?? []).map(({ text }: { text: string }) => text);
  const loss = (telemetry.series ?? []).find(({ name }: { name: string }) => name === "loss");
  return { lines: lines.filter((line: string) => line.startsWith("line")), points: loss?.count ?? 0 };
}

const EXPECTED = {
  lines: Array.from({ length: 8 }, (_, at) => `line ${at + 1} loss=${at + 1}`),
  points: 8,
};

test("without a server all of it waits, and a server that starts takes it by itself, once", async () => {
  await it.run(["exec", "--metrics", "auto", "--name", "waits", "--", "sh", "-c", COUNT]);
  const run = (spooled(spool())[0]?.folder ?? "").split("/").at(-2) ?? "";
  await it.run(["up", ".", "--port", "0"]);
  await until(
    () => spooled(spool()).length === 0,
    () => "the spool to be taken",
  );
  expect(await told(run)).toEqual(EXPECTED);
  expect((await it.run(["sync"])).stdout).toBe("Nothing waits.\n");
});

test("a server that is killed in the middle and another one that comes lose and double nothing", async () => {
  await it.run(["up", ".", "--port", "0"]);
  const slow = COUNT.replaceAll("0.1", "0.5");
  const running = it.start(["exec", "--metrics", "auto", "--name", "killed", "--", "sh", "-c", slow]);
  await running.says("line 3");
  process.kill(liveProcesses(it.home)[0]?.pid ?? 0, "SIGKILL");
  const run = (spooled(spool())[0]?.folder ?? "").split("/").at(-2) ?? "";
  await it.run(["up", ".", "--port", "0"]);
  expect((await running.ended).code).toBe(0);
  await it.run(["sync"]);
  await until(
    () => spooled(spool()).length === 0,
    () => "the spool to be shipped",
  );
  expect(await told(run)).toEqual(EXPECTED);
});
