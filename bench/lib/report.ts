/** Results as Markdown, with the machine they are of. */
import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { jupyter, jupyterPython } from "../peers/jupyter.ts";
import { python } from "./runners.ts";
import { median } from "./statistics.ts";

export interface Table {
  readonly title: string;
  /** How it was measured, in a sentence or two. */
  readonly how: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function tableText({ title, how, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [`## ${title}`, "", how, "", line(head), line(head.map(() => "---")), ...rows.map(line), ""].join(
    "\n",
  );
}

/** What a durable write costs here and now: figures that save files are read beside it. */
function fsyncMilliseconds(): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), "loopbook-probe-"));
  const file = openSync(path.join(folder, "probe"), "w");
  const samples = Array.from({ length: 30 }, () => {
    writeSync(file, "x".repeat(4096));
    const from = performance.now();
    fsyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return median(samples);
}

function versions(): string {
  const peers =
    jupyter === null ? "" : `, ${versionsIn(jupyterPython, ["jupyterlab", "jupyter-collaboration"])}`;
  const ours = versionsIn(python, ["ipykernel", "nbclient", "papermill", "pyzmq"]);
  return `${ours}${peers}`;
}

/** `Python 3.12.1, ipykernel 7.4.0`, … */
function versionsIn(program: string, names: readonly string[]): string {
  const script =
    "import importlib.metadata as m, platform, sys; print('Python ' + platform.python_version(), *(n + ' ' + m.version(n) for n in sys.argv[1:]), sep=', ')";
  return execFileSync(program, ["-c", script, ...names], { encoding: "utf8" }).trim();
}

export function machineLine(): string {
  const model =
    /model name\s*:\s*(.*)/.exec(readIfThere("/proc/cpuinfo"))?.[1] ?? os.cpus()[0]?.model ?? "unknown";
  const load = os.loadavg()[0]?.toFixed(2);
  return (
    `${new Date().toISOString().slice(0, 10)}, ${os.type()} ${os.release()}, ${os.cpus().length} × ${model}, ` +
    `${Math.round(os.totalmem() / 1e9)} GB; Node ${process.versions.node}, ${versions()}. ` +
    `Load at the start ${load}; a 4 kB fsync takes ${fsyncMilliseconds().toFixed(2)} ms.`
  );
}

/** Said after a measurement: how much else the machine did meanwhile, the measurement itself included. */
export function loadLine(): string {
  return `Load at the end ${os.loadavg()[0]?.toFixed(2)}.`;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
