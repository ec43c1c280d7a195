/**
 * When a process started, as the platform tells it, so that a pid that was given to another process is noticed.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Linux counts process times in these, on every architecture that Node runs on (`USER_HZ`). */
const TICKS_PER_SECOND = 100;

/** When this process started, in milliseconds since the epoch. */
export function ownStartMs(): number {
  return processStartMs(process.pid) ?? Math.round(performance.timeOrigin);
}

/**
 * When the process with this pid started; null where the platform does not tell (Windows) or there is none.
 * Costs a file on Linux, and a `ps` elsewhere.
 */
export function processStartMs(pid: number): number | null {
  try {
    return process.platform === "linux" ? linuxStartMs(pid) : psStartMs(pid);
  } catch {
    return null;
  }
}

/** proc(5): field 22 of `/proc/<pid>/stat` is the start in ticks since boot; `btime` in `/proc/stat` the boot. */
function linuxStartMs(pid: number): number | null {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The command's name in brackets may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[19]);
  const boot = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  return Number.isFinite(ticks) && Number.isFinite(boot)
    ? boot * 1000 + Math.round((ticks * 1000) / TICKS_PER_SECOND)
    : null;
}

function psStartMs(pid: number): number | null {
  if (process.platform === "win32") return null;
  const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    timeout: 2_000,
  });
  const ms = Date.parse(text.trim());
  return Number.isFinite(ms) ? ms : null;
}

/** Whether there is a process with this pid that we may see. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is one, of another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
