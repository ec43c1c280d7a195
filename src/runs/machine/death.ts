/** What the death of a kernel means for the run, told apart by its reason. */
import type { KernelDeath } from "../../kernel/kernel.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { RunEnd } from "./state.ts";

/** For a sentence: `killed by SIGKILL`, `out of memory (peak 3.1 GB)`. */
export function describeDeath(death: KernelDeath): string {
  switch (death.reason) {
    case "killed":
      return `the kernel was killed by ${death.signal ?? "a signal"}`;
    case "out-of-memory": {
      const peak = death.memoryPeakBytes;
      return `the kernel ran out of memory and was killed${peak === null ? "" : ` (peak ${gigabytes(peak)})`}`;
    }
    case "exited":
      return `the kernel exited with code ${death.exitCode ?? "unknown"}`;
    case "shut-down":
      return "the kernel was shut down or restarted";
    case "connection-lost":
      return "the connection to the kernel was lost";
    case "said-dead":
      return "the kernel said that it is dead";
  }
}

/** @param where the cell that ran, if one did. */
export function endOfDeath(death: KernelDeath, where: string | null): Omit<RunEnd, "atMs"> {
  const place = where === null ? "" : ` in ${where}`;
  if (death.reason === "exited" && death.exitCode === 0) {
    // `exit()` and `quit()` end the kernel by itself, cleanly: the notebook asked for it.
    const outcome = `The kernel ended itself${place} (exit code 0)`;
    return { status: "completed", outcome, exitCode: EXIT_CODES.completed };
  }
  const text = describeDeath(death);
  const outcome = `${text.charAt(0).toUpperCase()}${text.slice(1)}${place}`;
  if (death.reason === "shut-down") return { status: "stopped", outcome, exitCode: EXIT_CODES.stopped };
  const exitCode = death.reason === "out-of-memory" ? EXIT_CODES.outOfMemory : EXIT_CODES.kernelDied;
  return { status: "died", outcome, exitCode };
}

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
