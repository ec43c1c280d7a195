import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiClient } from "../../src/client/api-client.ts";
import { connectAs } from "../../src/library/open-elsewhere.ts";
import { liveProcesses } from "../../src/server/registry.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { listKernels } from "../../src/worker/held-kernels.ts";
import { CliFolder, printedBy, until } from "./cli-support.ts";

interface Listed {
  readonly id: string;
  readonly pid: number;
  readonly run: string;
  readonly notebook: string;
  readonly unattendedSinceMs: number | null;
}

describe("a run of the command line that is killed", () => {
  let folder: CliFolder;
  beforeAll(() => {
    folder = new CliFolder();
  });
  afterAll(() => folder.remove());

  const COUNT = "import time\nfor i in range(300):\n    print(i, flush=True)\n    time.sleep(0.01)";
  const LINES = `${Array.from({ length: 300 }, (_, i) => i).join("\n")}\n`;
  const kernels = (): Promise<Listed[]> => folder.json<Listed[]>(["ps", "--kernels"]);

  /** Starts a run and kills it in the middle of its first cell. */
  async function aKilledRun(name: string): Promise<Listed> {
    const started = folder.file(`${name}.started`);
    folder.notebook(`${name}.ipynb`, [
      { source: `open(${JSON.stringify(started)}, 'w').close()\n${COUNT}` },
      { source: "print('last', i)" },
    ]);
    const run = folder.start(["run", `${name}.ipynb`, `${name}-out.ipynb`]);
    await until(
      () => existsSync(started),
      () => `the cell runs: ${run.stderr()}`,
    );
    run.process.kill("SIGKILL");
    await run.ended;
    let found: Listed | undefined;
    await until(
      async () => {
        found = (await kernels()).find(({ notebook }) => notebook.endsWith(`/${name}-out.ipynb`));
        return found !== undefined && found.unattendedSinceMs !== null;
      },
      () => "its kernel is listed, alone",
    );
    if (found === undefined) throw new Error("not listed");
    return found;
  }

  test("is listed by ps and doctor, and goes on with resume, every line once", async () => {
    const { run, pid } = await aKilledRun("resumed");
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    const doctor = await folder.run(["doctor", "--no-kernels"]);
    expect(doctor.stdout).toContain("1 without the process that ran them");
    const resumed = await folder.run(["resume", run]);
    expect(resumed.stderr).toContain("goes on in the kernel that it had");
    expect(resumed.code).toBe(0);
    expect(printedBy(folder.read("resumed-out.ipynb"))).toBe(`${LINES}last 299\n`);
    expect(await kernels()).toEqual([]);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  test("goes on by itself when the local server starts", async () => {
    await aKilledRun("served");
    const up = await folder.run(["up", "--port", "0"]);
    expect(up.code).toBe(0);
    await until(
      () =>
        folder.exists("served-out.ipynb") &&
        printedBy(folder.read("served-out.ipynb")).endsWith("last 299\n"),
      () => "the run goes on to its end",
    );
    expect(printedBy(folder.read("served-out.ipynb"))).toBe(`${LINES}last 299\n`);
    await folder.run(["down"]);
    await until(
      async () => (await kernels()).length === 0,
      () => "no kernel is left",
    );
  });

  test("goes on with the local server on resume --detach, whether it is up or not", async () => {
    const { run } = await aKilledRun("detached");
    const list = await folder.run(["ps"]);
    expect(list.stderr).toContain("No run is live");
    expect(list.stderr).toMatch(/Kernels whose process is gone:\n.*\n.*alone, at work, ends in 23 h/);
    const started = await folder.run(["resume", run, "--detach"]);
    expect([started.code, started.stdout]).toEqual([0, `${run}\n`]);
    const other = await aKilledRun("again");
    const resumed = await folder.run(["resume", other.run, "--detach"]);
    expect([resumed.code, resumed.stdout]).toEqual([0, `${other.run}\n`]);
    for (const name of ["detached", "again"]) {
      await until(
        () => printedBy(folder.read(`${name}-out.ipynb`)).endsWith("last 299\n"),
        () => `${name} goes on to its end`,
      );
      expect(printedBy(folder.read(`${name}-out.ipynb`))).toBe(`${LINES}last 299\n`);
    }
    await folder.run(["down"]);
  });

  test("goes on from another cell on resume --from, with the variables of its kernel", async () => {
    const { run } = await aKilledRun("from");
    const resumed = await folder.run(["resume", run, "--from", "2"]);
    expect(resumed.stderr).toContain("goes on in the kernel that it had");
    expect(resumed.code).toBe(0);
    expect(printedBy(folder.read("from-out.ipynb"))).toBe(`${LINES}last 299\n`);
  });

  test("can be given up: stop --kernel ends its kernel", async () => {
    const { id, pid } = await aKilledRun("ended");
    const stopped = await folder.run(["stop", "--kernel", id.slice(0, 12)]);
    expect(stopped.stderr).toContain(`${id} has ended`);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(await kernels()).toEqual([]);
    const again = await folder.run(["stop", "--kernel", id]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("no such kernel is held")]);
  });
});

describe("a local server", () => {
  let folder: CliFolder;
  beforeAll(() => {
    folder = new CliFolder();
  });
  afterAll(() => folder.remove());

  const server = () => liveProcesses(folder.home).find(({ kind }) => kind === "up");

  /** What a page does: opens the notebook, runs cells. */
  async function api(): Promise<{ readonly client: ApiClient; readonly id: string }> {
    const entry = server();
    if (entry === undefined) throw new Error("no server is up");
    const client = connectAs("test", entry);
    const { id } = await client.openNotebook({ path: "work.ipynb" });
    return { client, id };
  }

  test.each([
    ["killed", async (pid: number) => void process.kill(pid, "SIGKILL")],
    ["ended for an update", async () => void (await folder.run(["down", "--keep"]))],
  ])(
    "%s has the notebooks that people work in again, with their kernels, when it is up again",
    async (how, end) => {
      const mark = folder.file(how);
      const slow = `open(${JSON.stringify(mark)}, 'w').close()\nimport time\nfor i in range(200):\n    print(i, flush=True)\n    time.sleep(0.01)`;
      folder.notebook("work.ipynb", [{ source: slow }, { source: "print('variable', i)" }]);
      expect((await folder.run(["up", "--port", "0"])).code).toBe(0);
      const before = await api();
      await before.client.execute(before.id, { cellId: "c1", sourceHash: sourceHash(slow) });
      await until(
        () => existsSync(mark),
        () => "the cell runs",
      );
      const { kernel } = await before.client.notebook(before.id);
      await end(server()?.pid ?? 0);
      await until(
        () => server() === undefined,
        () => "the server is gone",
      );
      expect((await folder.run(["up", "--port", "0"])).code).toBe(0);
      const after = await api();
      await until(
        async () => (await after.client.notebook(after.id)).kernel.pid === kernel.pid,
        () => "it is the kernel that it was",
      );
      await after.client.execute(after.id, { cellId: "c2", sourceHash: sourceHash("print('variable', i)") });
      const lines = Array.from({ length: 200 }, (_, i) => `${i}\n`).join("");
      await until(
        () => printedBy(folder.read("work.ipynb")) === `${lines}variable 199\n`,
        () => `the outputs are in the file: ${printedBy(folder.read("work.ipynb"))}`,
      );
      await folder.run(["down"]);
      await until(
        () => !existsSync(`/proc/${kernel.pid}`) && listKernels(folder.home).length === 0,
        () => "no kernel is left",
      );
    },
  );

  test("ended for an update, goes on with its runs when it is up again", async () => {
    const mark = folder.file("run-started");
    const slow = `open(${JSON.stringify(mark)}, 'w').close()\nimport time\nfor i in range(300):\n    print(i, flush=True)\n    time.sleep(0.01)`;
    folder.notebook("long.ipynb", [{ source: slow }, { source: "print('last', i)" }]);
    const started = await folder.run(["run", "long.ipynb", "--in-place", "--detach"]);
    expect(started.code).toBe(0);
    await until(
      () => existsSync(mark),
      () => "the cell runs",
    );
    expect((await folder.run(["down", "--keep"])).code).toBe(0);
    expect((await folder.run(["up", "--port", "0"])).code).toBe(0);
    const lines = Array.from({ length: 300 }, (_, i) => `${i}\n`).join("");
    await until(
      () => printedBy(folder.read("long.ipynb")) === `${lines}last 299\n`,
      () => `every line is there once: ${printedBy(folder.read("long.ipynb"))}`,
    );
    const { stdout } = await folder.run(["runs"]);
    expect(stdout).toContain("completed");
    await folder.run(["down"]);
  });
});
