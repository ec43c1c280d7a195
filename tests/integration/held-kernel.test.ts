import { existsSync, readdirSync, rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { HolderLine } from "../../src/compute/holder/holder-line.ts";
import type { KernelDeath } from "../../src/kernel/kernel.ts";
import { isRunning } from "../../src/store/process-identity.ts";
import { aHeldBench, holdOf, isAlive, takeBack, until } from "./held-support.ts";
import { execute, printed, processesOfSession } from "./kernel-support.ts";

const THOUSAND = "import time\nfor i in range(1000):\n    print(i, flush=True)\n    time.sleep(0.002)";
const LINES = `${Array.from({ length: 1_000 }, (_, i) => i).join("\n")}\n`;

describe("a kernel that is held", () => {
  const bench = aHeldBench();
  afterAll(() => bench.close());

  test("is a kernel like any other: outputs, errors, input, interrupt, restart, end without a trace", async () => {
    const provider = bench.provider();
    const kernel = await provider.start({ outlive: { owner: { name: "plain" }, keepMs: 60_000 } });
    expect(kernel.info.implementation).toBe("ipython");
    expect(printed((await execute(kernel, "print('hello'); x = 7")).outputs)).toBe("hello\n");
    expect((await execute(kernel, "1/0")).outcome).toMatchObject({
      type: "error",
      ename: "ZeroDivisionError",
    });
    const questions: string[] = [];
    const asked = kernel.execute(
      { code: "print(input('name? '))", allowStdin: true },
      {
        onOutput: () => {},
        onInputRequest: ({ prompt }) => {
          questions.push(prompt);
          kernel.answerInput("Ana");
        },
      },
    );
    expect((await asked).type).toBe("ok");
    expect(questions).toEqual(["name? "]);
    const endless = execute(kernel, "import time\nwhile True: time.sleep(0.01)");
    await until("it is busy", () => kernel.state === "busy");
    await new Promise((done) => setTimeout(done, 50));
    await kernel.interrupt();
    expect((await endless).outcome).toMatchObject({ type: "error", ename: "KeyboardInterrupt" });
    const before = kernel.pid;
    await kernel.restart();
    expect(kernel.pid).not.toBe(before);
    expect((await execute(kernel, "x")).outcome).toMatchObject({ ename: "NameError" });
    const { pid } = bench.record(holdOf(kernel).id);
    const kernelPid = kernel.pid ?? 0;
    await kernel.shutdown();
    await until(
      "holder and kernel are gone",
      () => !isAlive(pid) && processesOfSession(kernelPid).length === 0,
    );
    await until("nothing is left in the folder", () => readdirSync(bench.folder).length === 0);
  });

  test("goes on when its owner is killed in the middle of a cell; every line comes once and in order", async () => {
    const owner = await bench.owner(THOUSAND);
    await owner.kill();
    expect(isAlive(owner.kernelPid)).toBe(true);
    const kernel = await bench.provider().attach(owner.id);
    const [taken] = await takeBack(kernel);
    expect(taken?.tag).toEqual({ executionId: "one", cell: "a" });
    expect(await taken?.outcome).toMatchObject({ type: "ok", executionCount: 1 });
    expect(printed(taken?.outputs ?? [])).toBe(LINES);
    // The same kernel, with its variables, and its new owner's own cells.
    expect(printed((await execute(kernel, "print(i)")).outputs)).toBe("999\n");
    expect(kernel.state).toBe("idle");
    await kernel.shutdown();
  });

  test("gives what was not acknowledged, also when all of it happened while nobody was there", async () => {
    const mark = `${bench.folder}-done`;
    const owner = await bench.owner(`${THOUSAND}\nprint('end')\nopen(${JSON.stringify(mark)}, 'w').close()`);
    await owner.kill();
    await until("the cell has ended", () => existsSync(mark));
    rmSync(mark);
    const kernel = await bench.provider().attach(owner.id);
    const [taken] = await takeBack(kernel);
    expect((await taken?.outcome)?.type).toBe("ok");
    expect(printed(taken?.outputs ?? [])).toBe(`${LINES}end\n`);
    holdOf(kernel).acknowledge(holdOf(kernel).position());
    await execute(kernel, "y = 1", { tag: { executionId: "two" } });
    // Once more: the next one hears of the second execution only.
    const again = await bench.provider().attach(owner.id);
    expect((await takeBack(again)).map(({ tag }) => tag)).toEqual([{ executionId: "two" }]);
    await again.shutdown();
  });

  test("that dies while nobody is attached tells why, and what it said before", async () => {
    const owner = await bench.owner(
      "import os, signal, sys, time\nprint('before', flush=True)\ntime.sleep(0.5)\n" +
        "sys.__stderr__.write('last words')\nsys.__stderr__.flush()\nos.kill(os.getpid(), signal.SIGKILL)",
    );
    await owner.kill();
    await until("the kernel is gone", () => !isAlive(owner.kernelPid));
    const kernel = await bench.provider().attach(owner.id);
    const deaths: KernelDeath[] = [];
    kernel.onDeath((death) => deaths.push(death));
    const [taken] = await takeBack(kernel);
    expect(await taken?.outcome).toMatchObject({
      type: "kernel-died",
      death: { reason: "killed", signal: "SIGKILL" },
    });
    expect(printed(taken?.outputs ?? [])).toBe("before\n");
    await until("its death is told", () => deaths.length === 1);
    expect(deaths[0]?.memoryPeakBytes).toBeGreaterThan(1e6);
    await until("nothing is left", () => !existsSync(`${bench.folder}/${owner.id}.json`));
  });

  test("has one client: a newer one takes it, the older is told, and is not heard any more", async () => {
    const first = await bench.provider().start({ outlive: { owner: {}, keepMs: 60_000 } });
    const { id } = holdOf(first);
    const deaths: KernelDeath[] = [];
    first.onDeath((death) => deaths.push(death));
    await execute(first, "x = 1");
    const second = await bench.provider().attach(id);
    await takeBack(second);
    await until("the first one is told", () => deaths.length === 1);
    expect(deaths[0]).toMatchObject({ reason: "connection-lost" });
    expect((await execute(first, "x = 2")).outcome.type).toBe("kernel-died");
    await first.shutdown();
    expect(printed((await execute(second, "print(x)")).outputs)).toBe("1\n");
    // A stranger who knows the socket, not the token.
    const stranger = HolderLine.open(
      { socket: bench.record(id).socket, token: "guess" },
      { onMessage: () => {}, onLost: () => {}, onSent: () => {} },
    );
    await expect(stranger).rejects.toMatchObject({ code: "no-held-kernel" });
    await second.shutdown();
  });

  test("ends by itself, with its holder, when nobody takes it back in time", async () => {
    const owner = await bench.owner(THOUSAND, 300);
    const holder = bench.record(owner.id);
    await owner.kill();
    await until("both are gone", () => !isRunning(holder) && !isAlive(owner.kernelPid));
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  test("that is at work is waited for longer, and ends in time when it has nothing more to do", async () => {
    const mark = `${bench.folder}-worked`;
    const owner = await bench.owner(`${THOUSAND}\nopen(${JSON.stringify(mark)}, 'w').close()`, 200, 60_000);
    const holder = bench.record(owner.id);
    await owner.kill();
    await until("it is listed as at work", () => bench.record(owner.id).idleSinceMs === null);
    await until("the cell has ended", () => existsSync(mark), 20_000);
    rmSync(mark);
    await until("both are gone", () => !isRunning(holder) && !isAlive(owner.kernelPid));
    expect(readdirSync(bench.folder)).toEqual([]);
  });

  test("ends with its holder when that is killed; what it said until then is still told", async () => {
    const owner = await bench.owner("import time\nprint('before', flush=True)\ntime.sleep(600)");
    await owner.kill();
    process.kill(bench.record(owner.id).pid, "SIGKILL");
    await until("the kernel is gone", () => processesOfSession(owner.kernelPid).length === 0);
    const kernel = await bench.provider().attach(owner.id);
    const [taken] = await takeBack(kernel);
    expect(printed(taken?.outputs ?? [])).toBe("before\n");
    expect(await taken?.outcome).toMatchObject({ type: "kernel-died", death: { reason: "connection-lost" } });
    await until("nothing is left", () => readdirSync(bench.folder).length === 0);
  });

  test("can be ended by who has just attached to it and has not heard it out", async () => {
    const owner = await bench.owner(THOUSAND);
    await owner.kill();
    const kernel = await bench.provider().attach(owner.id);
    await kernel.shutdown({ immediate: true });
    await until("nothing is left", () => !isAlive(owner.kernelPid) && readdirSync(bench.folder).length === 0);
    const killed = await bench.owner(THOUSAND);
    await killed.kill();
    process.kill(bench.record(killed.id).pid, "SIGKILL");
    await until("the kernel is gone", () => processesOfSession(killed.kernelPid).length === 0);
    await (await bench.provider().attach(killed.id)).shutdown({ immediate: true });
    await until("nothing is left of it", () => readdirSync(bench.folder).length === 0);
  });

  test("that does not start leaves nothing, and says what it wrote", async () => {
    const provider = bench.provider();
    const started = provider.start({
      outlive: { owner: {}, keepMs: 60_000 },
      extraArguments: ["--no-such-option-of-any-kernel=1", "--Bad"],
      startTimeoutMs: 200,
    });
    await expect(started).rejects.toMatchObject({ code: "kernel-did-not-start" });
    await until("nothing is left", () => readdirSync(bench.folder).length === 0);
  });
});
