import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExecuteOutcome, Kernel } from "../../src/kernel/kernel.ts";
import { aBusyKernel, aProvider, execute, printed, until } from "./kernel-support.ts";

describe("a kernel that is busy with a cell", () => {
  const provider = aProvider();
  let kernel: Kernel;
  let running: Promise<ExecuteOutcome> | undefined;

  beforeAll(async () => {
    kernel = await provider.start({});
    await execute(kernel, "progress = 0");
    [running] = await aBusyKernel(kernel, "while True:\n    progress += 1\n    time.sleep(0.01)");
  });
  afterAll(() => provider.close());

  test("completes and inspects beside the cell", async () => {
    expect((await kernel.complete("progr", 5)).matches).toContain("progress");
    const inspection = await kernel.inspect("progress", 4);
    expect(inspection.found).toBe(true);
    expect(kernel.state).toBe("busy");
  });

  test("runs ad-hoc code beside the cell, whose output is its own", async () => {
    const { outputs, outcome } = await execute(kernel, "print('seen', progress > 0)", { lane: "subshell" });
    expect(outcome.type).toBe("ok");
    expect(printed(outputs)).toBe("seen True\n");
  });

  test("slow ad-hoc code holds up no inspection", async () => {
    const slow = execute(kernel, "import threading; gate = threading.Event(); gate.wait(20)", {
      lane: "subshell",
    });
    expect((await kernel.complete("progr", 5)).matches).toContain("progress");
    // The cell is still there to open the gate by its own state, and the interrupt reaches only the cell.
    await kernel.interrupt();
    expect(await running).toMatchObject({ type: "error", ename: "KeyboardInterrupt" });
    await execute(kernel, "gate.set()");
    expect((await slow).outcome.type).toBe("ok");
  });
});

describe("a kernel without subshells", () => {
  const provider = aProvider();
  afterAll(() => provider.close());

  test("runs, is interrupted, and says that it cannot answer while a cell runs", async () => {
    const kernel = await provider.start({ specName: "bash" });
    expect(kernel.supportsSubshells).toBe(false);
    expect(printed((await execute(kernel, "echo hello; echo $((6*7))")).outputs)).toBe("hello\n42\n");
    expect((await kernel.complete("ech", 3)).matches).toContain("echo");

    let started = (): void => {};
    const seen = new Promise<void>((resolve) => {
      started = resolve;
    });
    const outcome = kernel.execute(
      { code: "echo on; sleep 601.25" },
      { onOutput: (message) => message.type === "stream" && started() },
    );
    await seen;
    await expect(kernel.complete("ech", 3)).rejects.toMatchObject({ code: "kernel-busy", retry: true });
    expect((await execute(kernel, "1", { lane: "subshell" })).outcome).toMatchObject({
      ename: "SubshellsNotSupported",
    });
    // Until then the program between us and the shell is busy with the output, and may lose the signal.
    await until("the shell waits", () => commands().includes("sleep 601.25"));
    await kernel.interrupt();
    expect((await outcome).type).not.toBe("kernel-died");
    expect(printed((await execute(kernel, "echo again")).outputs)).toBe("again\n");
  });
});

const commands = (): string[] => execFileSync("ps", ["-e", "-o", "args="], { encoding: "utf8" }).split("\n");
