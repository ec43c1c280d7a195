/**
 * Whether the operating system killed a process for memory: it sends SIGKILL and tells nobody, but counts. The
 * counter is read when the kernel starts and when it is killed; the kernel's own control group where it has one
 * (version 2, then 1), else the machine's.
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
    // Inside a container the path is the host's, and the container's own group is mounted at the root.
    const paths = path === "/" ? [""] : [path, ""];
    if (controllers === "") files.push(...paths.map((at) => `/sys/fs/cgroup${at}/memory.events`));
    else if (controllers.split(",").includes("memory")) {
      files.push(...paths.map((at) => `/sys/fs/cgroup/memory${at}/memory.oom_control`));
    }
  }
  return files;
}

/** A counter to compare later. `null`: this platform does not count. */
export class OutOfMemoryCounter {
  private readonly file: string | null;
  private readonly before: number;
  private readonly read: ReadText;

  constructor(pid: number, read: ReadText = readText) {
    this.read = read;
    const candidates = [...counterFiles(read(`/proc/${pid}/cgroup`) ?? ""), "/proc/vmstat"];
    this.file = candidates.find((file) => this.count(file) !== null) ?? null;
    this.before = this.file === null ? 0 : (this.count(this.file) ?? 0);
  }

  /** Whether something in the group was killed for memory since this counter was made. */
  hasGrown(): boolean {
    return this.file !== null && (this.count(this.file) ?? 0) > this.before;
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
