import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { Host } from "../../src/usecases/host.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { KERNEL_ENV } from "./kernel-support.ts";
import { waitFor } from "./server/wait-for.ts";
import { codeCell, notebookOf } from "./session-support.ts";

// The host looks where the environment says, as the program does.
Object.assign(process.env, KERNEL_ENV);

let host: Host;
let folder: string;
afterEach(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

/** Processes that run ipykernel below this one, or below a holder that it started. */
function kernelPids(): number[] {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  const parents = new Map(rows.map(([pid, parent]) => [Number(pid), Number(parent)]));
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid) ?? 0;
    return parent === process.pid || parents.get(parent) === process.pid;
  };
  return rows
    .filter(([pid, , ...words]) => isOurs(Number(pid)) && words.join(" ").includes("ipykernel"))
    .map(([pid]) => Number(pid));
}

test("a host that keeps a kernel warm gives it to the next notebook", async () => {
  folder = await mkdtemp(join(tmpdir(), "loopbook-warm-"));
  const path = join(folder, "nb.ipynb");
  await writeFile(path, serialiseNotebook(notebookOf([codeCell("a", "1 + 1")])));
  host = createLocalHost({ stateFolder: folder, version: "0.0.0-test", warmKernels: ["default"] });
  await waitFor("a kernel that starts ahead", () => kernelPids().length > 0);
  const warm = kernelPids();
  const session = await host.openNotebook(path);
  const kernel = await session.startKernel();
  expect([kernel.pid]).toEqual(warm);
});
