import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { KernelPool, type KernelPoolOptions } from "../../src/compute/local/kernel-pool.ts";
import type { Clock } from "../../src/util/clock.ts";
import { aProvider, execute, printed, processesOfSession, until } from "./kernel-support.ts";

/** A clock whose timers fire when the test says so. */
function aClock(): Clock & { fire(delayMs: number): void } {
  const timers = new Map<() => void, number>();
  return {
    now: () => 0,
    schedule: (delayMs, callback) => {
      timers.set(callback, delayMs);
      return () => timers.delete(callback);
    },
    fire: (wanted) => {
      for (const [callback, delayMs] of [...timers]) {
        if (delayMs !== wanted) continue;
        timers.delete(callback);
        callback();
      }
    },
  };
}

describe("kernels kept ready", () => {
  let pool: KernelPool;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "lbp-")));

  function aPool(options: Partial<KernelPoolOptions> = {}): KernelPool {
    pool = new KernelPool({ provider: aProvider(), ...options });
    return pool;
  }
  afterEach(() => pool.close());

  test("the one that waits is taken, in the folder and with the environment that were asked for", async () => {
    aPool();
    await pool.prepare();
    const cwd = join(folder, "ä 'b\" \\c");
    mkdirSync(cwd);
    const waiting = pool.readyPids;
    const kernel = await pool.start({ cwd, env: { LOOPBOOK_TEST: 'ü"\n' } });
    expect(waiting).toEqual([kernel.pid]);
    expect(pool.readyCount).toBe(0);
    const code = "import os; print([os.getcwd(), os.environ['LOOPBOOK_TEST'], os.environ['PWD'], len(_dh)])";
    const { outputs, outcome } = await execute(
      kernel,
      `${code}\nprint([n for n in dir() if 'history' in n or n == 'os'])`,
    );
    expect(outcome).toMatchObject({ type: "ok", executionCount: 1 });
    const quoted = `"ä 'b\\" \\\\c"`;
    expect(printed(outputs)).toContain("'ü\"\\n'");
    expect(printed(outputs)).toMatch(/, 1\]\n\['os'\]\n$/);
    const inside = await execute(kernel, `os.path.basename(os.getcwd()) == ${quoted}`);
    expect(inside.outputs).toMatchObject([{ data: { "text/plain": "True" } }]);

    // A restart starts it in its folder, not in the pool's.
    await kernel.restart();
    expect(printed((await execute(kernel, "import os; print(os.path.basename(os.getcwd()))")).outputs)).toBe(
      "ä 'b\" \\c\n",
    );
  });

  test("the next one is made ready behind the one that was taken; two that come at once get one each", async () => {
    const clock = aClock();
    aPool({ clock, refillDelayMs: 7 });
    await pool.prepare();
    const [first, second] = await Promise.all([pool.start({}), pool.start({})]);
    expect(first.pid).not.toBe(second.pid);
    clock.fire(7);
    await pool.prepare();
    expect(pool.readyCount).toBe(1);
  });

  test("one that died while it waited is not handed out", async () => {
    aPool();
    await pool.prepare();
    const [pid] = pool.readyPids;
    process.kill(pid ?? -1, "SIGKILL");
    await until("the pool noticed", () => pool.readyCount === 0);
    expect((await execute(await pool.start({}), "1")).outcome.type).toBe("ok");
  });

  test("one that nobody takes is ended; more than the limit are not kept", async () => {
    const clock = aClock();
    aPool({ clock, maxIdleMs: 11, maxReady: 1 });
    await pool.prepare();
    const [first] = pool.readyPids;
    await pool.prepare({ extraArguments: ["--log-level=40"] });
    expect(pool.readyCount).toBe(1);
    await until("the first is gone", () => processesOfSession(first ?? -1).length === 0);
    const [second] = pool.readyPids;
    clock.fire(11);
    await until(
      "the second is gone",
      () => pool.readyCount === 0 && processesOfSession(second ?? -1).length === 0,
    );
  });

  test("what Python reads when it starts is not set too late: such a run gets a kernel of its own", async () => {
    aPool();
    await pool.prepare();
    const kernel = await pool.start({ env: { PYTHONHASHSEED: "7" } });
    expect(pool.readyCount).toBe(1);
    expect(printed((await execute(kernel, "import os; print(os.environ['PYTHONHASHSEED'])")).outputs)).toBe(
      "7\n",
    );
  });

  test("a folder that is not there is told as by a start without a pool", async () => {
    aPool();
    await pool.prepare();
    await expect(pool.start({ cwd: join(folder, "nowhere") })).rejects.toMatchObject({
      code: "no-such-folder",
    });
  });

  test("ends what waits when it is closed", async () => {
    aPool();
    await pool.prepare();
    const [pid] = pool.readyPids;
    await pool.close();
    await until("it is gone", () => processesOfSession(pid ?? -1).length === 0);
    rmSync(folder, { recursive: true });
  });
});
