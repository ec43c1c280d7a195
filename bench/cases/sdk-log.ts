/** What one `log` of two values costs a pipeline whose server is away, and what is lost when it is killed. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { type Bench, inTurns } from "../lib/case.ts";
import type { Table } from "../lib/report.ts";
import { python, root } from "../lib/runners.ts";
import { summary } from "../lib/statistics.ts";

const PEERS = ["tensorboardX==2.6.5", "trackio==0.43.0"];
const CALLS = 100_000;
const KILLED_AFTER = 10_000;
const script = path.join(root, "bench", "peers", "sdk_log.py");

interface Measured {
  readonly firstMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
  readonly peakMb: number;
  readonly lost: number;
}

export const sdkLog: Bench = {
  name: "sdk-log",
  async run({ folder, times, scale, say }): Promise<Table> {
    const peers = installPeers(folder, say);
    const works = [{ name: "loopbook", program: python }, ...peers].map(({ name, program }) => ({
      name,
      work: () => measure(folder, name, program, Math.max(1_000, Math.round(CALLS * scale))),
    }));
    const results = await inTurns(works, times, say);
    const row = (what: string, digits: number, goal: string, of: (one: Measured) => number) => [
      what,
      ...["loopbook", "tensorboardX", "trackio"].map((name) => {
        const found = results.get(name);
        return found?.length ? summary(found.map(of), digits) : "–";
      }),
      goal,
    ];
    return {
      title: "One `log` of two values",
      how: `${CALLS * scale} calls in a loop, each timed, in a process of its own; no server is there. tensorboardX takes two calls. Lost: \`kill -9\` right after ${KILLED_AFTER} calls, then what can be read back. Memory: the process's peak.`,
      head: ["", "loopbook", "tensorboardX", "trackio", "goal"],
      rows: [
        row("p50, µs", 2, "≤ 2", (one) => one.p50),
        row("p99, µs", 2, "≤ 10", (one) => one.p99),
        row("calls a second, timer included", 0, "≥ 300,000", (one) => one.perSecond),
        row("import, attach, first log, ms", 0, "≤ 50", (one) => one.firstMs),
        row("peak memory, MB", 1, "≤ 32", (one) => one.peakMb),
        row(`calls lost at kill -9, of ${KILLED_AFTER}`, 0, "0", (one) => one.lost),
      ],
    };
  },
};

/** Others' packages, in an environment of their own; what does not install is left out. */
function installPeers(folder: string, say: (line: string) => void): { name: string; program: string }[] {
  const prefix = path.join(folder, "peers");
  const program = path.join(prefix, "bin", "python");
  try {
    execFileSync(python, ["-m", "venv", prefix], { stdio: "pipe", timeout: 120_000 });
  } catch (error) {
    say(`others are left out: ${error}`);
    return [];
  }
  return PEERS.flatMap((peer) => {
    try {
      execFileSync(program, ["-m", "pip", "install", "--quiet", peer], { stdio: "pipe", timeout: 600_000 });
      return [{ name: peer.split("==")[0] ?? peer, program }];
    } catch {
      say(`${peer} is left out: it does not install`);
      return [];
    }
  });
}

async function measure(folder: string, name: string, program: string, calls: number): Promise<Measured> {
  const found = JSON.parse(ask(folder, name, program, "calls", calls)) as Omit<Measured, "lost">;
  const where = mkdtempSync(path.join(folder, "killed-"));
  try {
    await killAfter(where, name, program);
    const kept = JSON.parse(ask(where, name, program, "count", 0, where)) as { calls: number };
    return { ...found, lost: KILLED_AFTER - kept.calls };
  } finally {
    rmSync(where, { recursive: true, force: true });
  }
}

function ask(
  folder: string,
  name: string,
  program: string,
  what: string,
  count: number,
  in_?: string,
): string {
  const where = in_ ?? mkdtempSync(path.join(folder, "calls-"));
  try {
    const args = [script, name, what, where, String(count)];
    return execFileSync(program, args, {
      env: environment(),
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    });
  } finally {
    if (in_ === undefined) rmSync(where, { recursive: true, force: true });
  }
}

function killAfter(where: string, name: string, program: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const args = [script, name, "kill", where, String(KILLED_AFTER)];
    const child = spawn(program, args, { env: environment(), stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.on("data", () => child.kill("SIGKILL"));
    child.once("error", reject);
    child.once("close", (_code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error(`${name} ended before it was killed`)),
    );
  });
}

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !key.startsWith("LOOPBOOK_"));
  return { ...Object.fromEntries(kept), PYTHONPATH: path.join(root, "python", "src") };
}
