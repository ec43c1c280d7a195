import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LocalKernel } from "../../src/compute/local/local-kernel.ts";
import type { KernelDeath, KernelState } from "../../src/kernel/kernel.ts";
import {
  aBusyKernel,
  aProvider,
  execute,
  isAlive,
  printed,
  processesOfSession,
  until,
} from "./kernel-support.ts";

describe("life and death of a kernel", () => {
  const runtimeDir = mkdtempSync(join(tmpdir(), "lbt-"));
  const provider = aProvider({
    env: {
      ...process.env,
      VIRTUAL_ENV: aPrefix(),
      JUPYTER_PREFER_ENV_PATH: "1",
      LOOPBOOK_RUNTIME_DIR: runtimeDir,
    },
  });
  let kernel: LocalKernel;
  let pid: number;
  let states: KernelState[];
  let deaths: KernelDeath[];

  function aPrefix(): string {
    return process.env.LOOPBOOK_TEST_PYTHON ?? join(import.meta.dirname, "../../.loopbook/python");
  }

  beforeEach(async () => {
    kernel = await provider.start({});
    pid = kernel.pid ?? -1;
    states = [];
    deaths = [];
    kernel.onState((state) => states.push(state));
    kernel.onDeath((death) => deaths.push(death));
  });
  afterEach(async () => {
    await kernel.shutdown({ immediate: true });
    await until("the session is empty", () => processesOfSession(pid).length === 0);
  });
  afterAll(async () => {
    await provider.close();
    expect(readdirSync(runtimeDir)).toEqual([]);
    rmSync(runtimeDir, { recursive: true });
  });

  test("its connection file and its folder are for us alone, and it complains of nothing", async () => {
    const [folder = ""] = readdirSync(runtimeDir);
    expect(statSync(join(runtimeDir, folder)).mode & 0o777).toBe(0o700);
    const file = readdirSync(join(runtimeDir, folder)).find((name) => name.endsWith(".json")) ?? "";
    expect(statSync(join(runtimeDir, folder, file)).mode & 0o777).toBe(0o600);
    await execute(kernel, "import os; os._exit(0)");
    expect(deaths[0]?.stderrTail).toBe("");
  });

  test("has a session of its own, so that Ctrl-C in our terminal does not reach it", () => {
    expect(processesOfSession(pid)).toEqual([pid]);
  });

  test("is busy while a cell runs, and idle behind it", async () => {
    await execute(kernel, "1");
    await until("idle", () => kernel.state === "idle");
    expect(states).toEqual(["busy", "idle"]);
  });

  test("an interrupt ends the cell and keeps the variables", async () => {
    await execute(kernel, "x = 5");
    const [outcome] = await aBusyKernel(kernel);
    await kernel.interrupt();
    expect(await outcome).toMatchObject({ type: "error", ename: "KeyboardInterrupt" });
    expect(printed((await execute(kernel, "print(x)")).outputs)).toBe("5\n");
  });

  test("an interrupt reaches what the cell started", async () => {
    const [outcome] = await aBusyKernel(kernel, "import subprocess; subprocess.run(['sleep', '600'])");
    await until("sleep runs", () => processesOfSession(pid).length === 2);
    await kernel.interrupt();
    expect(await outcome).toMatchObject({ type: "error", ename: "KeyboardInterrupt" });
    await until("sleep is gone", () => processesOfSession(pid).length === 1);
  });

  test("a restart ends what runs as shut down, gives a new process and keeps the listeners", async () => {
    const [outcome] = await aBusyKernel(kernel);
    await kernel.restart();
    expect(await outcome).toMatchObject({ type: "kernel-died", death: { reason: "shut-down" } });
    expect(kernel.pid).not.toBe(pid);
    expect(processesOfSession(pid)).toEqual([]);
    const { outputs, outcome: next } = await execute(kernel, "print('time' in globals())");
    expect(printed(outputs)).toBe("False\n");
    expect(next).toMatchObject({ executionCount: 1 });
    expect(states).toEqual(["busy", "restarting", "idle", "busy", "idle"]);
    expect(deaths).toEqual([]);
  });

  test("killed by a signal: told at once, with what it had printed, its signal and its peak of memory", async () => {
    const before = performance.now();
    const code =
      "import os, sys; b = bytearray(200_000_000); print('last words', flush=True); import time; time.sleep(0.7); os.kill(os.getpid(), 9)";
    const { outcome, outputs } = await execute(kernel, code);
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(printed(outputs)).toBe("last words\n");
    expect(deaths).toEqual([
      {
        reason: "killed",
        exitCode: null,
        signal: "SIGKILL",
        memoryPeakBytes: expect.any(Number),
        stderrTail: "",
      },
    ]);
    expect(deaths[0]?.memoryPeakBytes).toBeGreaterThan(200_000_000);
    expect(outcome).toEqual({ type: "kernel-died", death: deaths[0] });
    expect(kernel.state).toBe("dead");
    expect((await execute(kernel, "1")).outcome.type).toBe("kernel-died");
    await expect(kernel.complete("a", 1)).rejects.toMatchObject({ code: "kernel-died" });
  });

  test("an exit with a code tells the code; what was queued dies with it", async () => {
    const [first, second] = await Promise.all([
      execute(kernel, "import os, sys; print('bye', file=sys.__stderr__, flush=True); os._exit(7)"),
      execute(kernel, "1"),
    ]);
    expect(first.outcome).toMatchObject({ type: "kernel-died", death: { reason: "exited", exitCode: 7 } });
    expect(second.outcome).toMatchObject({ type: "kernel-died", death: { reason: "exited", exitCode: 7 } });
  });

  test("sys.exit is an error of the cell, not the end of the kernel", async () => {
    expect((await execute(kernel, "import sys; sys.exit(0)")).outcome).toMatchObject({
      type: "error",
      ename: "SystemExit",
    });
    expect((await execute(kernel, "1")).outcome.type).toBe("ok");
  });

  test("over TCP where it is asked for", async () => {
    const overTcp = aProvider({ transport: "tcp" });
    const other = await overTcp.start({});
    expect(printed((await execute(other, "print(6 * 7)")).outputs)).toBe("42\n");
    const code = "import ipykernel.kernelapp as k; print(k.IPKernelApp.instance().transport)";
    expect(printed((await execute(other, code)).outputs)).toBe("tcp\n");
    expect(printed((await execute(kernel, code)).outputs)).toBe("ipc\n");
    await overTcp.close();
  });

  test("closing the provider calls a start off that is under way", async () => {
    const closing = aProvider();
    const refused = expect(closing.start({})).rejects.toMatchObject({ code: "kernel-did-not-start" });
    await closing.close();
    await refused;
  });

  test("a shutdown in the middle of a restart leaves nothing; two restarts are one", async () => {
    const pids: (number | null)[] = [];
    kernel.onState((state) => state === "idle" && pids.push(kernel.pid));
    await Promise.all([kernel.restart(), kernel.restart()]);
    expect(pids).toHaveLength(1);
    const restart = kernel.restart().catch((error: unknown) => error);
    await kernel.shutdown();
    await restart;
    expect(kernel.state).toBe("dead");
    expect(processesOfSession(kernel.pid ?? pids[0] ?? -1)).toEqual([]);
    await expect(kernel.restart()).rejects.toMatchObject({ code: "kernel-died" });
  });

  test("a dead kernel can be restarted", async () => {
    await execute(kernel, "import os; os._exit(1)");
    await kernel.restart();
    expect((await execute(kernel, "1")).outcome.type).toBe("ok");
  });

  test("what a cell left running in the kernel's group ends with the kernel", async () => {
    await execute(kernel, "import subprocess; p = subprocess.Popen(['sleep', '600'])");
    expect(processesOfSession(pid)).toHaveLength(2);
    await execute(kernel, "import os; os._exit(0)");
    await until("the group is empty", () => processesOfSession(pid).length === 0);
  });

  test("a graceful shutdown runs the kernel's own exit handlers; a stuck one is ended all the same", async () => {
    const mark = join(runtimeDir, "mark");
    await execute(
      kernel,
      `import atexit, pathlib; atexit.register(lambda: pathlib.Path('${mark}').write_text('x'))`,
    );
    await kernel.shutdown();
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);
    expect(deaths).toEqual([]);

    const stuck = await provider.start({});
    await aBusyKernel(
      stuck,
      "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)",
    );
    const stuckPid = stuck.pid ?? -1;
    await stuck.shutdown();
    expect(isAlive(stuckPid)).toBe(false);
  });
});
