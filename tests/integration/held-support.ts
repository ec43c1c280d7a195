/** For tests of kernels that outlive their process: providers over one folder of holders, and owners to be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { HolderRecord } from "../../src/compute/holder/holder-record.ts";
import { readRecord } from "../../src/compute/holder/holder-record.ts";
import type { SpoolLimits } from "../../src/compute/holder/spool.ts";
import { LocalProvider } from "../../src/compute/local/local-provider.ts";
import type { IopubMessage, Kernel, KernelHold } from "../../src/kernel/kernel.ts";
import { identityOf, isRunning } from "../../src/store/process-identity.ts";
import { LoopbookError } from "../../src/util/errors.ts";
import { endHeldKernel, heldKernels } from "../../src/worker/held-kernels.ts";
import { isAlive, KERNEL_ENV, until } from "./kernel-support.ts";

/** Ends every kernel that is held in a state folder; one that ends by itself in the same moment has ended, too. */
export async function endHeldKernels(stateFolder: string): Promise<void> {
  for (const { record } of heldKernels(stateFolder)) {
    await endHeldKernel(stateFolder, record.id).catch((error: unknown) => {
      if (!(error instanceof LoopbookError) || error.code !== "no-held-kernel") throw error;
    });
  }
}

export interface HeldBench {
  readonly folder: string;
  provider(limits?: SpoolLimits): LocalProvider;
  record(id: string): HolderRecord;
  /** A program of ours that runs `code` in a held kernel; its lines are what it says. */
  owner(code: string, keepMs?: number, keepBusyMs?: number): Promise<Owner>;
  close(): Promise<void>;
}

export interface Owner {
  readonly id: string;
  readonly kernelPid: number;
  readonly child: ChildProcess;
  kill(): Promise<void>;
}

const OWNER = (source: string, folder: string, code: string, keepMs: number, keepBusyMs: number): string => `
import { LocalProvider } from ${JSON.stringify(join(source, "compute/local/local-provider.ts"))};
import { identityOf, isRunning } from ${JSON.stringify(join(source, "store/process-identity.ts"))};
const provider = new LocalProvider({ holders: { folder: ${JSON.stringify(folder)}, identify: identityOf, isRunning } });
const kernel = await provider.start({ outlive: { owner: { test: true }, keepMs: ${keepMs}, keepBusyMs: ${keepBusyMs} } });
console.log("kernel " + kernel.hold.id + " " + kernel.pid);
void kernel.execute({ code: ${JSON.stringify(code)}, tag: { executionId: "one", cell: "a" } }, {
  onOutput: (message) => { if (message.type === "stream") console.log("output"); },
});
setInterval(() => {}, 1000);
`;

export function aHeldBench(): HeldBench {
  const folder = mkdtempSync(join(tmpdir(), "lb-held-"));
  const providers: LocalProvider[] = [];
  const children: ChildProcess[] = [];
  const source = join(import.meta.dirname, "../../src");
  const provider = (limits: SpoolLimits = {}): LocalProvider => {
    const holders = { folder, identify: identityOf, isRunning, limits };
    const made = new LocalProvider({ env: KERNEL_ENV, holders });
    providers.push(made);
    return made;
  };
  const record = (id: string): HolderRecord => {
    const found = readRecord(join(folder, `${id}.json`));
    if (found === null) throw new Error(`No record of ${id}`);
    return found;
  };
  return {
    folder,
    provider,
    record,
    async owner(code, keepMs = 60_000, keepBusyMs = 0) {
      const child = spawn(
        process.execPath,
        ["--input-type=module-typescript", "-e", OWNER(source, folder, code, keepMs, keepBusyMs)],
        { env: KERNEL_ENV, stdio: ["ignore", "pipe", "inherit"] },
      );
      children.push(child);
      const lines: string[] = [];
      createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => lines.push(line));
      await until("the cell prints", () => lines.includes("output"), 30_000);
      const [, id = "", pid = ""] = (lines.find((line) => line.startsWith("kernel ")) ?? "").split(" ");
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      return {
        id,
        kernelPid: Number(pid),
        child,
        async kill() {
          child.kill("SIGKILL");
          await gone;
        },
      };
    },
    async close() {
      for (const child of children) child.kill("SIGKILL");
      await Promise.all(providers.map((each) => each.close()));
      // What a failed test left behind ends, too.
      const { listHolders } = await import("../../src/compute/holder/holder-record.ts");
      for (const { record: left } of listHolders(folder, isRunning)) {
        if (isRunning(left)) process.kill(left.pid, "SIGTERM");
        await until("the holder ends", () => !isRunning(left));
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Taken {
  readonly tag: unknown;
  readonly outputs: IopubMessage[];
  readonly outcome: ReturnType<Kernel["execute"]>;
}

export function holdOf(kernel: Kernel): KernelHold {
  if (!kernel.hold) throw new Error("The kernel is not held.");
  return kernel.hold;
}

/** Takes back what was under way; resolves when what was kept is delivered. */
export async function takeBack(kernel: Kernel): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  await holdOf(kernel).replay({
    onInputAnswered: () => {},
    onExecution: ({ tag, take }) => {
      const outputs: IopubMessage[] = [];
      taken.push({ tag, outputs, outcome: take({ onOutput: (message) => outputs.push(message) }) });
    },
  });
  return taken;
}

export { isAlive, until };
