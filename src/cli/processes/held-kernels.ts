/** Kernels that outlive the process that started them, as `loopbook ps` lists them. */
import { describeDeath } from "../../runs/machine/death.ts";
import { type ListedKernel, listKernels } from "../../worker/held-kernels.ts";
import type { CliContext } from "../context.ts";
import { stateFolder } from "../state-folder.ts";
import { tableLines } from "../terminal/progress-view.ts";
import { durationText } from "../terminal/text.ts";

/** `loopbook ps --kernels`. */
export function listHeldKernels({ terminal }: CliContext, asJson: boolean): void {
  const held = listKernels(stateFolder());
  if (asJson) {
    terminal.out(`${JSON.stringify(held.map(({ owner, ...kernel }) => ({ ...kernel, ...owner })))}\n`);
    return;
  }
  if (held.length === 0) {
    terminal.err("No kernel outlives its process now.\n");
    return;
  }
  terminal.out(`${kernelTable(held, terminal.columns())}\n`);
}

/** Below the live runs: kernels that nobody has, which somebody may want back. */
export function tellAloneKernels({ terminal }: CliContext): void {
  const alone = listKernels(stateFolder()).filter(({ unattendedSinceMs }) => unattendedSinceMs !== null);
  if (alone.length === 0) return;
  terminal.err("Kernels whose process is gone:\n");
  terminal.err(`${kernelTable(alone, terminal.columns())}\n`);
  terminal.err(
    "`loopbook resume RUN` goes on with a run, `loopbook open NOTEBOOK` with a notebook, `loopbook stop --kernel ID` ends one.\n",
  );
}

function kernelTable(kernels: readonly ListedKernel[], columns: number): string {
  const nowMs = Date.now();
  const rows = kernels.map((kernel) => {
    const { run, notebook } = kernel.owner;
    return [
      kernel.id,
      kernel.kernel,
      String(kernel.pid ?? ""),
      stateText(kernel, nowMs),
      String(run ?? ""),
      String(notebook ?? ""),
    ];
  });
  return tableLines([["KERNEL", "SPEC", "PID", "STATE", "RUN", "NOTEBOOK"], ...rows], columns).join("\n");
}

/** In a table's cell: short. */
export function stateText(
  { unattendedSinceMs, endsAtMs, isAtWork, death }: Omit<ListedKernel, "id" | "owner">,
  nowMs: number,
): string {
  if (death?.reason === "connection-lost") return "killed";
  if (death !== null) return describeDeath(death).replace(/^the kernel /, "");
  if (unattendedSinceMs === null) return "attended";
  const left = endsAtMs === null ? "" : `, ends in ${durationText(Math.max(0, endsAtMs - nowMs))}`;
  return `alone${isAtWork ? ", at work" : ""}${left}`;
}
