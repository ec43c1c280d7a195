/**
 * One kernel process: its command line, environment, end and last words. In a session of its own, so that Ctrl-C in
 * our terminal does not reach it. When it ends, what is left of its process group is ended too, and it is reaped.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { KernelSpec } from "../../kernel/kernel.ts";
import { messageOf } from "../../util/errors.ts";
import { memoryPeakOf, OutOfMemoryCounter } from "./out-of-memory.ts";
import type { Watchdog } from "./watchdog.ts";

/** Of stdout and stderr each; what a kernel writes before that is dropped. */
const TAIL_CHARACTERS = 8_192;
/** Peak memory is read this often (a small file or two), for it cannot be read any more when the process is gone. */
const MEMORY_SAMPLE_MS = 250;
/** How long the last words may take to arrive after the process is gone. */
const LAST_WORDS_MS = 100;

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The program could not be started at all. */
  readonly spawnError: string | null;
  readonly killedForMemory: boolean;
  /** Why nothing more is known of it, where the line to it was lost rather than itself seen to end. */
  readonly lost?: string;
  readonly memoryPeakBytes: number | null;
  readonly stderrTail: string;
  readonly stdoutTail: string;
}

export interface KernelCommand {
  readonly argv: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** What to run for a spec: placeholders replaced, extra arguments behind, the spec's environment expanded. */
export function commandFor(
  spec: KernelSpec,
  connectionFile: string,
  options: {
    readonly cwd?: string | undefined;
    readonly env?: Readonly<Record<string, string>> | undefined;
    readonly extraArguments?: readonly string[] | undefined;
    readonly prefix: string;
    readonly ourEnv: NodeJS.ProcessEnv;
  },
): KernelCommand {
  const values: Readonly<Record<string, string>> = {
    connection_file: connectionFile,
    resource_dir: spec.resourceDir,
    prefix: options.prefix,
  };
  const argv = spec.argv.map((part) =>
    part.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  );
  const specEnv = Object.entries(spec.env).map(
    ([name, value]) => [name, expand(value, options.ourEnv)] as const,
  );
  return {
    argv: [...argv, ...(options.extraArguments ?? [])],
    cwd: options.cwd,
    env: {
      ...options.ourEnv,
      ...Object.fromEntries(specEnv),
      ...options.env,
      // ipykernel ends itself when this is no longer its parent.
      JPY_PARENT_PID: String(process.pid),
    },
  };
}

/** `$NAME` and `${NAME}` from our environment, as Jupyter does for a spec's `env`; unknown names stay as they are. */
function expand(value: string, env: NodeJS.ProcessEnv): string {
  return value.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced?: string, bare?: string) => env[braced ?? bare ?? ""] ?? whole,
  );
}

export class KernelProcess {
  /** Settles once the process is gone, its group is swept and it is reaped. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  private readonly child: ChildProcess;
  private readonly memory: OutOfMemoryCounter | null;
  private readonly stderr: Tail;
  private readonly stdout: Tail;
  private memoryPeak: number | null = null;
  private isGone = false;

  constructor(command: KernelCommand, watchdog: Watchdog) {
    const [program = "", ...args] = command.argv;
    const { cwd, env } = command;
    const stdio = ["ignore", "pipe", "pipe"] as const;
    this.child = spawn(program, args, { cwd, env, detached: true, stdio: [...stdio], windowsHide: true });
    this.stderr = new Tail(this.child.stderr);
    this.stdout = new Tail(this.child.stdout);
    const pid = this.child.pid;
    this.memory = pid === undefined ? null : new OutOfMemoryCounter(pid);
    if (pid !== undefined) watchdog.watch(pid);
    const sampling = setInterval(() => {
      this.memoryPeakBytes();
      this.memory?.follow();
    }, MEMORY_SAMPLE_MS);
    sampling.unref();
    this.exited = this.waitForExit().then(async (end) => {
      this.isGone = true;
      clearInterval(sampling);
      this.signalGroup("SIGKILL");
      if (pid !== undefined) watchdog.forget(pid);
      await lastWords([this.stderr.ended, this.stdout.ended]);
      const wasKilled = end.signal === "SIGKILL" || end.exitCode === 137;
      return {
        ...end,
        killedForMemory: wasKilled && (this.memory?.hasGrown() ?? false),
        memoryPeakBytes: this.memoryPeak,
        stderrTail: this.stderr.text(),
        stdoutTail: this.stdout.text(),
      };
    });
  }

  /** Undefined when the program could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** To the whole process group, as Jupyter does: what a cell started hears Ctrl-C too. */
  signal(signal: NodeJS.Signals): void {
    if (!this.isGone) this.signalGroup(signal);
  }

  /** So far; null where the platform does not tell. */
  memoryPeakBytes(): number | null {
    if (!this.isGone && this.child.pid !== undefined)
      this.memoryPeak = memoryPeakOf(this.child.pid) ?? this.memoryPeak;
    return this.memoryPeak;
  }

  private signalGroup(signal: NodeJS.Signals): void {
    const pid = this.child.pid;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // The group is empty, which is what a signal to it would have wanted to see, or what was.
    }
  }

  private waitForExit(): Promise<Pick<ProcessExit, "exitCode" | "signal" | "spawnError">> {
    return new Promise((resolve) => {
      this.child.once("exit", (exitCode, signal) => resolve({ exitCode, signal, spawnError: null }));
      this.child.on("error", (error) => {
        if (this.child.pid === undefined)
          resolve({ exitCode: null, signal: null, spawnError: messageOf(error) });
      });
    });
  }
}

/** The last characters of a stream, which is read to its end so that the writer never waits. */
class Tail {
  readonly ended: Promise<void>;
  private kept = "";

  constructor(stream: Readable | null) {
    this.ended = new Promise((resolve) => {
      if (stream === null) {
        resolve();
        return;
      }
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        this.kept = (this.kept + text).slice(-TAIL_CHARACTERS);
      });
      stream.once("close", resolve);
      stream.on("error", () => resolve());
    });
  }

  text(): string {
    return this.kept;
  }
}

async function lastWords(streams: readonly Promise<void>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LAST_WORDS_MS);
  });
  await Promise.race([Promise.all(streams), late]);
  clearTimeout(timer);
}
