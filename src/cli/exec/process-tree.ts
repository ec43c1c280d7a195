/** What a command and all that it started take of the machine, from Linux's /proc (proc(5)). */
import { readdirSync, readFileSync } from "node:fs";

const TICKS_A_SECOND = 100;

export interface TreeUse {
  /** Of one core: 200 is two cores. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  readonly processes: number;
}

/** Processes of one session, the way a command is started here. */
export class ProcessTree {
  private readonly session: number;
  private last: { readonly atMs: number; readonly ticks: ReadonlyMap<number, number> } | null = null;

  constructor(session: number) {
    this.session = session;
  }

  /** Null: this system does not tell, or none is left. CPU is since the last look; of the first, since each began. */
  look(nowMs = performance.now()): TreeUse | null {
    const found = this.processes();
    if (found.length === 0) return null;
    const ticks = new Map(found.map(({ pid, ticks: used }) => [pid, used]));
    const before = this.last;
    this.last = { atMs: nowMs, ticks };
    let used = 0;
    for (const [pid, now] of ticks) used += Math.max(0, now - (before?.ticks.get(pid) ?? 0));
    const seconds = before === null ? null : (nowMs - before.atMs) / 1_000;
    return {
      cpuPercent: seconds === null || seconds <= 0 ? 0 : (100 * used) / TICKS_A_SECOND / seconds,
      memoryBytes: found.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
      processes: found.length,
    };
  }

  /** Whether all of them are stopped by a signal. */
  isStopped(): boolean {
    const found = this.processes();
    return found.length > 0 && found.every(({ state }) => state === "T" || state === "Z");
  }

  private processes(): readonly { pid: number; state: string; ticks: number; memoryBytes: number }[] {
    const found = [];
    for (const name of pids()) {
      const fields = statOf(name);
      if (fields === null || Number(fields[3]) !== this.session) continue;
      found.push({
        pid: Number(name),
        state: fields[0] ?? "",
        ticks: Number(fields[11]) + Number(fields[12]),
        memoryBytes: residentBytes(name),
      });
    }
    return found;
  }
}

function pids(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Fields behind the name, which may hold spaces and brackets itself: [0] is the state. */
function statOf(pid: string): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

/** In kB there; pages have other sizes on other machines. */
function residentBytes(pid: string): number {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
