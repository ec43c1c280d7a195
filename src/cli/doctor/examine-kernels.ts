/** Starts every kernel that there is, runs nothing, and ends it again. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KernelSpec } from "../../kernel/kernel.ts";
import type { Host } from "../../usecases/host.ts";
import { messageOf } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { openHost } from "../local-program.ts";
import { broken, type Finding, works } from "./finding.ts";

const START_LIMIT_MS = 30_000;

export async function* examineKernels(context: CliContext, start: boolean): AsyncGenerator<Finding> {
  const host = await openHost("CRITICAL", context);
  const folder = mkdtempSync(join(tmpdir(), "loopbook-doctor-"));
  try {
    const specs = await host.kernelSpecs();
    if (specs.length === 0) {
      const advice =
        "For Python: python3 -m pip install ipykernel. For others see jupyter's list of kernels.";
      yield broken("Kernels", "none found", advice);
    }
    for (const spec of specs) {
      yield start ? await tryKernel(host, spec, folder) : works(`Kernel ${spec.name}`, spec.resourceDir);
    }
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryKernel(host: Host, spec: KernelSpec, folder: string): Promise<Finding> {
  const what = `Kernel ${spec.name}`;
  const path = join(folder, `${encodeURIComponent(spec.name)}.ipynb`);
  writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] }));
  const startedAtMs = performance.now();
  try {
    const session = await host.openNotebook(path);
    const kernel = await session.startKernel({
      specName: spec.name,
      cwd: folder,
      startTimeoutMs: START_LIMIT_MS,
    });
    const took = `started in ${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;
    const subshells = kernel.supportsSubshells ? ", can be looked into while it is busy" : "";
    const { implementation, implementationVersion } = kernel.info;
    await host.closeNotebook(session.id);
    return works(
      what,
      `${spec.displayName} (${implementation} ${implementationVersion}), ${took}${subshells}`,
    );
  } catch (error) {
    const advice = `Its command is: ${spec.argv.join(" ")}. If it is of no use any more: jupyter kernelspec remove ${spec.name}`;
    return broken(what, messageOf(error), advice);
  }
}
