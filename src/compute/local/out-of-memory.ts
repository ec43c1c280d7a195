/**
 * Whether the operating system killed a process for memory: it sends SIGKILL and tells nobody, but counts. The
 * counter is read when the kernel starts and when it is killed; that of the kernel's own control group where it has one
 * (version 2, then 1) and it is still there, else of the groups around it, else the machine's.
 */
import { readFileSync } from "node:fs";

export type ReadText = (path: string) => string | null;

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/** The files that may hold a counter for a process, most specific first, read from its `/proc/<pid>/cgroup`. */
export function counterFiles(cgroupFile: string): string[] {
  const files: string[] = [];
  for (const line of cgroupFile.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined || controllers === undefined) continue;
    if (controllers === "") files.push(...withParents(path).map((at) => `/sys/fs/cgroup${at}/memory.events`));
    else if (controllers.split(",").includes("memory")) {
      files.push(...withParents(path).map((at) => `/sys/fs/cgroup/memory${at}/memory.oom_control`));
    }
  }
  return files;
}

/**
 * A group that is made for one process goes with it; those around it count its kills, too. Inside a container the path
 * is the host's, and the container's own group is mounted at the root.
 */
function withParents(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, i) => `/${parts.slice(0, parts.length - i).join("/")}`).concat("");
}

const PF_EXITING = 0x4;

/** A counter to compare later; where this platform does not count, it never grows. */
export class OutOfMemoryCounter {
  private readonly pid: number;
  private readonly read: ReadText;
  private readonly before = new Map<string, number>();
  /** Most specific first. */
  private files: readonly string[] = [];
  private group: string | null = null;

  constructor(pid: number, read: ReadText = readText) {
    this.pid = pid;
    this.read = read;
    this.follow();
  }

  /** The process may be put into another group after its start, as a program that limits its memory does. */
  follow(): void {
    const group = this.read(`/proc/${this.pid}/cgroup`);
    if (this.files.length > 0 && (group === null || group === this.group || this.hasEnded())) return;
    this.group = group;
    this.files = [...counterFiles(group ?? ""), "/proc/vmstat"];
    for (const file of this.files) {
      const count = this.before.has(file) ? null : this.count(file);
      if (count !== null) this.before.set(file, count);
    }
  }

  /** A process that is ending, or whose end nobody has asked for yet, is shown in the root's group (version 1). */
  private hasEnded(): boolean {
    const stat = this.read(`/proc/${this.pid}/stat`) ?? "";
    // proc_pid_stat(5): after the name in brackets come state, ppid, pgrp, session, tty_nr, tpgid, flags.
    const [state = "", , , , , , flags = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" || (Number(flags) & PF_EXITING) !== 0;
  }

  /** Whether something in the group was killed for memory since it was first looked at. */
  hasGrown(): boolean {
    for (const file of this.files) {
      const before = this.before.get(file);
      const now = before === undefined ? null : this.count(file);
      if (before !== undefined && now !== null) return now > before;
    }
    return false;
  }

  private count(file: string): number | null {
    const found = /^oom_kill (\d+)$/m.exec(this.read(file) ?? "");
    return found === null ? null : Number(found[1]);
  }
}

/** Peak resident memory of a live process in bytes; null where the platform does not tell, or it is gone. */
export function memoryPeakOf(pid: number, read: ReadText = readText): number | null {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "");
  return found === null ? null : Number(found[1]) * 1024;
}
