import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CliFolder, printedBy, until } from "./cli-support.ts";

interface Listed {
  readonly id: string;
  readonly pid: number;
  readonly run: string;
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
        found = (await kernels())[0];
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
