/** Runs a program to its end and tells how long it took and how much memory it had at its peak. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { endWithUs } from "./children.ts";

export interface Measured {
  readonly seconds: number;
  /** Of the process itself, its children not counted; null where the platform does not tell. */
  readonly peakMegabytes: number | null;
  readonly stdout: string;
}

/** What a process holds of the machine's memory now (Linux). */
export function residentMegabytesOf(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1000;
}

/** Processor time that a process has used so far, its own and the system's for it, in milliseconds (Linux). */
export function processorMsOf(pid: number): number {
  // After the program's name, which may hold anything; in ticks of a hundredth of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Bytes that a process has made the disk write so far, in whole pages (Linux). */
export function diskBytesOf(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}

/** The peak of a process's resident memory so far (Linux). */
export function peakMegabytesOf(pid: number): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1000;
  } catch {
    return null;
  }
}

export interface Command {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** @throws Error with the program's last words, when it fails. */
export function measure(command: Command): Promise<Measured> {
  const [program = "", ...args] = command.argv;
  const startedAt = performance.now();
  const child: ChildProcess = spawn(program, args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child, "SIGTERM");
  let peakMegabytes: number | null = null;
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  // The kernel keeps the highest value, so a sample shortly before the end is enough.
  const sampler = setInterval(() => {
    peakMegabytes = (child.pid === undefined ? null : peakMegabytesOf(child.pid)) ?? peakMegabytes;
  }, 20);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(sampler);
      const seconds = (performance.now() - startedAt) / 1000;
      if (code === 0) resolve({ seconds, peakMegabytes, stdout });
      else reject(new Error(`${command.name} ended with ${code}:\n${stderr.slice(-1500)}`));
    });
  });
}
