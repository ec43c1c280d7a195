/**
 * `loopbook exec`: a command as it is, with its notebook beside it. Nothing here changes what it prints, when it ends or
 * what it ends with; a server that is gone, slow or full is not noticed by it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { constants, hostname } from "node:os";
import { AttachedProcess } from "../../library/attached/attached-process.ts";
import { findServer } from "../../library/attached/find-server.ts";
import { RunId, randomToken } from "../../util/ids.ts";
import type { JsonValue } from "../../util/json.ts";
import { spoolFolder } from "../../worker/spool-folder.ts";
import type { CliContext } from "../context.ts";
import { realPath } from "../processes/live-runs.ts";
import { LineSplitter } from "./line-splitter.ts";
import { nameOf, originOf } from "./origin.ts";
import { ProcessTree } from "./process-tree.ts";
import { type LineReading, readLine } from "./read-lines.ts";
import { Steering } from "./steering.ts";
import { WatchedFiles } from "./watched-files.ts";

const RESOURCES_EVERY_MS = 2_000;
const FILES_EVERY_MS = 500;
/** Of these, a command hears what its terminal or its scheduler says. */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface ExecPlan {
  readonly words: readonly string[];
  readonly name: string | null;
  /** Absolute. */
  readonly notebook: string | null;
  readonly parameters: Readonly<Record<string, JsonValue>>;
  readonly reading: LineReading;
  readonly watch: readonly string[];
  readonly graceMs: number;
  /** How long the end may be held up to ship what is left. */
  readonly shipMs: number;
}

export async function execCommand(context: CliContext, plan: ExecPlan): Promise<void> {
  const { cwd, env, terminal } = context;
  const words = plan.words.map((word) => filledIn(word, plan.parameters));
  const request = {
    runId: RunId.create(),
    name: plan.name ?? nameOf(words, cwd),
    ...(plan.notebook !== null && { notebook: plan.notebook }),
    writer: { id: `exec-${randomToken(10)}`, rank: 0, pid: process.pid, host: hostname(), language: "exec" },
    origin: await originOf(words, cwd, env),
    parameters: Object.entries(plan.parameters).map(([name, value]) => ({ name, value })),
    started: Date.now() / 1_000,
  };
  let steering: Steering | null = null;
  const attached = new AttachedProcess({
    request,
    spool: spoolFolder(env),
    find: () => findServer(plan.notebook ?? realPath(cwd), env),
    onNews: (news) => steering?.take(news),
    onAttached: ({ page }) => {
      if (terminal.errIsTty) terminal.err(`${terminal.colours.dim(`Loopbook: ${page}`)}\n`);
    },
  });
  const files = plan.watch.length > 0 ? new WatchedFiles(plan.watch, cwd, attached) : null;
  const child = spawn(words[0] ?? "", words.slice(1), {
    cwd,
    env: { ...env, ...variablesOf(plan.parameters), LOOPBOOK_RUN: request.runId },
    stdio: ["inherit", "pipe", "pipe"],
    // A session of its own: its processes are found by it, and signals reach all of them.
    detached: true,
  });
  const pid = child.pid;
  const started = new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  try {
    await started;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
    const why = code === NOT_FOUND ? "there is no such command" : "it cannot be started";
    attached.tell({ type: "end", status: "failed", error: `${words[0]}: ${why}`, exitCode: code });
    await attached.close(plan.shipMs);
    terminal.err(`loopbook exec: ${words[0]}: ${why}.\n`);
    return context.setExitCode(code);
  }
  const tree = new ProcessTree(pid ?? 0);
  const signal = (name: NodeJS.Signals): boolean => signalGroup(pid, name);
  const steered = new Steering({ process: attached, tree, signal, graceMs: plan.graceMs });
  steering = steered;
  const release = passSignals(signal);
  const timers = [
    setInterval(() => tellUse(attached, tree), RESOURCES_EVERY_MS),
    ...(files ? [setInterval(() => files.look(), FILES_EVERY_MS)] : []),
  ];
  const outputs = [
    tellOutput(child, "stdout", process.stdout, attached, plan.reading, steered),
    tellOutput(child, "stderr", process.stderr, attached, plan.reading, steered),
  ];
  const { code, by } = await ended(child);
  await Promise.all(outputs);
  for (const timer of timers) clearInterval(timer);
  steered.end();
  release();
  files?.look(true);
  attached.tell({
    type: "end",
    status: steered.isStopped ? "stopped" : by !== null ? "died" : code === 0 ? "completed" : "failed",
    ...(code !== null && { exitCode: code }),
    ...(by !== null && { signal: by }),
    ...(code !== 0 && { error: by === null ? `exit code ${code}` : `ended by ${by}` }),
  });
  await attached.close(plan.shipMs);
  // As shells say it: 128 and the signal's number.
  context.setExitCode(by === null ? (code ?? 1) : 128 + constants.signals[by]);
}

/** `{lr}` in a word of the command is the parameter's value; what names no parameter is left as it is. */
function filledIn(word: string, parameters: ExecPlan["parameters"]): string {
  return word.replace(/\{([A-Za-z_]\w*)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? textOf(parameters[name]) : whole,
  );
}

function variablesOf(parameters: ExecPlan["parameters"]): Record<string, string> {
  const entries = Object.entries(parameters);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      `LOOPBOOK_PARAM_${name.toUpperCase().replace(/\W/g, "_")}`,
      textOf(value),
    ]),
  );
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function ended(child: ChildProcess): Promise<{ code: number | null; by: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null)
      resolve({ code: child.exitCode, by: child.signalCode });
    else child.once("exit", (code, by) => resolve({ code, by }));
  });
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): boolean {
  try {
    return pid !== undefined && process.kill(-pid, name);
  } catch {
    return false;
  }
}

function passSignals(signal: (name: NodeJS.Signals) => boolean): () => void {
  const listeners = PASSED_ON.map((name) => [name, () => void signal(name)] as const);
  // Ctrl-Z stops both; what wakes us wakes it.
  const suspend = (): void => {
    signal("SIGSTOP");
    process.kill(process.pid, "SIGSTOP");
  };
  const wake = (): void => void signal("SIGCONT");
  for (const [name, listener] of listeners) process.on(name, listener);
  process.on("SIGTSTP", suspend).on("SIGCONT", wake);
  return () => {
    for (const [name, listener] of listeners) process.off(name, listener);
    process.off("SIGTSTP", suspend).off("SIGCONT", wake);
  };
}

function tellUse(attached: AttachedProcess, tree: ProcessTree): void {
  const use = tree.look();
  if (use === null) return;
  attached.metrics({
    "system/cpu_percent": Math.round(10 * use.cpuPercent) / 10,
    "system/memory_bytes": use.memoryBytes,
    "system/processes": use.processes,
  });
}

/** Passes it through unchanged, and no faster than it is read there; tells it line by line. */
function tellOutput(
  child: ChildProcess,
  name: "stdout" | "stderr",
  to: NodeJS.WriteStream,
  attached: AttachedProcess,
  reading: LineReading,
  steering: Steering,
): Promise<void> {
  const from = child[name];
  if (from === null) return Promise.resolve();
  const lines = new LineSplitter();
  const tell = (texts: readonly string[]): void => {
    if (texts.length === 0) return;
    const read = texts.map((text) => readLine(text, name, reading));
    attached.tell(...read.map(({ fact }) => fact));
    for (const { metrics } of read) for (const { values, step } of metrics) attached.metrics(values, step);
    steering.sawLine();
  };
  from.on("data", (chunk: Buffer) => {
    if (!to.write(chunk)) {
      from.pause();
      to.once("drain", () => from.resume());
    }
    tell(lines.push(chunk));
  });
  return new Promise((resolve) => {
    // What it left behind may hold the pipe open for ever; it is the command's end that counts.
    const late = (): void => {
      setTimeout(done, LEFT_OPEN_MS).unref();
    };
    const done = (): void => {
      child.off("exit", late);
      tell(lines.end());
      from.removeAllListeners("data").destroy();
      resolve();
    };
    from.once("end", done);
    child.once("exit", late);
  });
}

/** As a shell's pipe would wait for all writers, but not for a daemon. */
const LEFT_OPEN_MS = 2_000;
