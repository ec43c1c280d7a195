/** Starts holders, as processes that go on without us; one may be started ahead, so that nobody waits for it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LoopbookError } from "../../util/errors.ts";
import type { HolderRequest } from "./holder.ts";
import type { HolderRecord } from "./holder-record.ts";

const START_LIMIT_MS = 20_000;

export class HolderSpawner {
  private readonly env: NodeJS.ProcessEnv;
  private spare: ChildProcess | null = null;
  private readonly entry = entry();

  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
  }

  /** Whether the holder's program is there. */
  get isPossible(): boolean {
    return this.entry !== null;
  }

  /** One starts now, and waits for what it is to hold. */
  expect(): void {
    if (this.isPossible) this.spare ??= this.spawn();
  }

  /**
   * @param requestFor what it is asked, by its process id.
   * @throws LoopbookError `kernel-did-not-start`.
   */
  async start(requestFor: (pid: number) => HolderRequest): Promise<HolderRecord> {
    const child = this.spare ?? this.spawn();
    this.spare = null;
    const { stdin, stdout, pid } = child;
    if (pid === undefined || stdin === null || stdout === null) throw failed("it could not be started");
    stdin.end(`${JSON.stringify(requestFor(pid))}\n`);
    try {
      const line = await firstLine(child);
      const answer = JSON.parse(line) as { readonly record?: HolderRecord; readonly error?: string };
      if (answer.record === undefined) throw failed(answer.error ?? "it gave no reason");
      return answer.record;
    } catch (error) {
      child.kill("SIGTERM");
      throw error instanceof LoopbookError ? error : failed(String(error));
    } finally {
      stdout.destroy();
      child.unref();
    }
  }

  /** A spare one ends. */
  close(): void {
    this.spare?.stdin?.end();
    this.spare = null;
  }

  private spawn(): ChildProcess {
    const child = spawn(process.execPath, [this.entry ?? ""], {
      detached: true,
      cwd: "/",
      env: this.env,
      stdio: ["pipe", "pipe", "ignore"],
      windowsHide: true,
    });
    child.on("error", () => {}); // No pid tells it, too.
    child.stdin?.on("error", () => {});
    child.unref();
    for (const pipe of [child.stdin, child.stdout] as unknown[]) {
      if (hasUnref(pipe)) pipe.unref();
    }
    child.once("exit", () => {
      if (this.spare === child) this.spare = null;
    });
    return child;
  }
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(failed("it did not answer")), START_LIMIT_MS);
    let text = "";
    child.ref();
    child.stdout?.setEncoding("utf8");
    child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end < 0) return;
      clearTimeout(timer);
      resolve(text.slice(0, end));
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(failed(`it ended with ${signal ?? code}`));
    });
  });
}

function failed(reason: string): LoopbookError {
  return new LoopbookError(
    "kernel-did-not-start",
    `The process that should hold the kernel did not start: ${reason}.`,
  );
}

/**
 * The holder's program: beside this file in a checkout, a file of its own in the package. Null where neither is: in a
 * program that brought us along in a bundle of its own.
 */
function entry(): string | null {
  const names = import.meta.url.endsWith(".ts") ? ["./main.ts"] : ["./holder.js", "../holder.js"];
  const places = names.map((name) => fileURLToPath(new URL(name, import.meta.url)));
  return places.find((path) => existsSync(path)) ?? null;
}

function hasUnref(value: unknown): value is { unref(): void } {
  return typeof value === "object" && value !== null && "unref" in value && typeof value.unref === "function";
}
