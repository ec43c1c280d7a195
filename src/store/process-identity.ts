/** A process told apart from a later one that was given its pid: pid and start, as the platform tells it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: equal for the same process only; empty where the platform does not tell. */
  readonly start: string;
}

export function ownIdentity(): ProcessIdentity {
  return identityOf(process.pid);
}

/** Of a process that lives now. */
export function identityOf(pid: number): ProcessIdentity {
  return { pid, start: startOf(pid) ?? "" };
}

/** Whether that very process lives. Where its start is unknown, a living process of its pid is taken for it. */
export function isRunning({ pid, start }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  return start === "" || (startOf(pid) ?? start) === start;
}

function startOf(pid: number): string | null {
  try {
    return process.platform === "linux" ? linuxStart(pid) : psStart(pid);
  } catch {
    return null;
  }
}

/** Ticks since boot (proc(5), field 22 of `stat`) and the boot's own id: no clock is involved that could be set. */
function linuxStart(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in brackets may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A zombie has ended; only its parent has not looked yet.
  if (fields[0] === "Z") return "ended";
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return fields[19] === undefined ? null : `${boot}:${fields[19]}`;
}

function psStart(pid: number): string | null {
  if (process.platform === "win32") return null;
  const options = { encoding: "utf8", env: { ...process.env, LC_ALL: "C" }, timeout: 2_000 } as const;
  return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], options).trim() || null;
}
