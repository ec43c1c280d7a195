/** A kernel that the operating system kills for memory: a real limit, a real kill. Needs the right to make a control group. */
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { LocalProvider } from "../../src/compute/local/local-provider.ts";
import type { KernelDeath } from "../../src/kernel/kernel.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { RunId } from "../../src/util/ids.ts";
import { holderSettings } from "../../src/worker/held-kernels.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { endHeldKernels } from "./held-support.ts";
import { execute, KERNEL_ENV, PYTHON, printed, until } from "./kernel-support.ts";
import { ana, notebookFrom } from "./run-support.ts";

const LIMIT_BYTES = 220 * 1024 ** 2;
const GREEDY =
  "print('before', flush=True)\nimport time; time.sleep(0.5)\nkept = []\nwhile True: kept.append(bytearray(8 * 1024 ** 2)); time.sleep(0.02)";

/** A group of its own with a limit, in version 1 or 2. Null: not permitted here. */
function aLimitedGroup(): string | null {
  const name = `loopbook-test-${process.pid}`;
  for (const [root, file] of [
    ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"],
    ["/sys/fs/cgroup", "memory.max"],
  ] as const) {
    const group = join(root, name);
    try {
      mkdirSync(group);
      writeFileSync(join(group, file), String(LIMIT_BYTES), { flag: "r+" });
      return group;
    } catch {
      try {
        rmdirSync(group);
      } catch {}
    }
  }
  return null;
}

const group = aLimitedGroup();
const folder = mkdtempSync(join(tmpdir(), "lb-oom-"));

/** A kernelspec whose kernel enters the group by itself, as a program that limits memory makes it. */
function provider(): LocalProvider {
  const kernel = join(folder, "jupyter/kernels/limited");
  mkdirSync(kernel, { recursive: true });
  const start = `echo $$ > ${group}/cgroup.procs; exec "$@"`;
  const argv = ["sh", "-c", start, "sh", PYTHON, "-m", "ipykernel_launcher", "-f", "{connection_file}"];
  const spec = { argv, display_name: "Limited", language: "python" };
  writeFileSync(join(kernel, "kernel.json"), JSON.stringify(spec));
  const env = { ...KERNEL_ENV, JUPYTER_PATH: join(folder, "jupyter") };
  return new LocalProvider({ env, holders: holderSettings(folder) });
}

describe.skipIf(group === null)("a kernel that is killed for memory", () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  afterAll(async () => {
    await endHeldKernels(folder);
    if (group !== null) {
      await until("its group is empty", () => readFileSync(join(group, "cgroup.procs"), "utf8") === "");
      rmdirSync(group);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ["a child of ours", false],
    ["held", true],
  ])("%s: told within 10 s, as what it was, with the peak and the outputs so far", async (_name, isHeld) => {
    const kernels = provider();
    ends.push(() => kernels.close());
    const outlive = { owner: {}, keepMs: 60_000 };
    const kernel = await kernels.start({ specName: "limited", ...(isHeld && { outlive }) });
    const deaths: KernelDeath[] = [];
    kernel.onDeath((death) => deaths.push(death));
    const startedAtMs = performance.now();
    const { outcome, outputs } = await execute(kernel, GREEDY);
    await until("its death is told", () => deaths.length === 1);
    // Of which it takes a second to use all that it may.
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    const death = { reason: "out-of-memory", signal: "SIGKILL" };
    expect(deaths[0]).toMatchObject(death);
    expect(outcome).toMatchObject({ type: "kernel-died", death });
    expect(deaths[0]?.memoryPeakBytes).toBeGreaterThan(LIMIT_BYTES / 2);
    expect(deaths[0]?.memoryPeakBytes).toBeLessThan(LIMIT_BYTES * 2);
    expect(printed(outputs)).toBe("before\n");
  });

  test("is the end of its run: so named, with the exit code for it, and what it printed in the file", async () => {
    const host = createLocalHost({ stateFolder: folder, version: "test", kernels: provider() });
    ends.push(() => host.close());
    const path = join(folder, "greedy.ipynb");
    writeFileSync(path, serialiseNotebook(notebookFrom({ a: GREEDY, b: "print('never')" })));
    const run = await host.startRun({
      runId: RunId.create(),
      input: { path },
      output: { type: "in-place" },
      options: { kernelName: "limited" },
      by: ana,
    });
    const end = await run.ended;
    expect(end).toMatchObject({ status: "died", exitCode: 137 });
    expect(end.outcome).toMatch(/ran out of memory and was killed \(peak \d+ MB\)/);
    expect(readFileSync(path, "utf8")).toContain("before");
  });
});

test("whether this machine lets us try it", ({ skip }) => {
  if (group === null) skip("No control group can be made here: the kill for memory was not tested.");
});
