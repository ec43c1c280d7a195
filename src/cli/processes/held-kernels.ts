/** `loopbook ps --kernels`: kernels that outlive the process that started them. */
import { heldKernels } from "../../worker/held-kernels.ts";
import type { CliContext } from "../context.ts";
import { stateFolder } from "../state-folder.ts";
import { tableLines } from "../terminal/progress-view.ts";
import { durationText } from "../terminal/text.ts";

export function listHeldKernels({ terminal }: CliContext, asJson: boolean): void {
  const held = heldKernels(stateFolder());
  if (asJson) {
    const shown = held.map(({ record, isAlive }) => ({
      id: record.id,
      kernel: record.spec.name,
      pid: record.kernelPid,
      ...record.note.owner,
      startedAtMs: record.startedAtMs,
      unattendedSinceMs: record.unattendedSinceMs,
      keepMs: record.note.keepMs,
      isAlive,
    }));
    terminal.out(`${JSON.stringify(shown)}\n`);
    return;
  }
  if (held.length === 0) {
    terminal.err("No kernel outlives its process now.\n");
    return;
  }
  const nowMs = Date.now();
  const rows = held.map(({ record, isAlive }) => {
    const { run, notebook } = record.note.owner;
    const since = record.unattendedSinceMs;
    const left = durationText(Math.max(0, record.note.keepMs - (nowMs - (since ?? nowMs))));
    const state = !isAlive ? "killed" : since === null ? "attended" : `alone, ends in ${left}`;
    return [
      record.id,
      record.spec.name,
      String(record.kernelPid ?? ""),
      state,
      String(run ?? ""),
      String(notebook ?? ""),
    ];
  });
  const lines = tableLines(
    [["KERNEL", "SPEC", "PID", "STATE", "RUN", "NOTEBOOK"], ...rows],
    terminal.columns(),
  );
  terminal.out(`${lines.join("\n")}\n`);
}
