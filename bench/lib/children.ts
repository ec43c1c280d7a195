/** Programs that a benchmark starts, waits for and ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Command } from "./process.ts";

export interface Child {
  readonly pid: number;
  /** What it printed so far, both ways. */
  said(): string;
  write(line: string): void;
  /** The first match in what it prints. @throws Error with its last words. */
  says(pattern: RegExp, limitMs?: number): Promise<string>;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Ends it with this process, however a benchmark is broken off; `main.ts` makes signals an exit. */
export function endWithUs(child: ChildProcess, signal: NodeJS.Signals): void {
  const end = (): void => {
    child.kill(signal);
  };
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}

export function startChild(command: Command): Child {
  const [program = "", ...args] = command.argv;
  const child: ChildProcess = spawn(program, args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // In order, because it may have kernels to end.
  endWithUs(child, "SIGTERM");
  let said = "";
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-100_000);
  };
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  child.on("error", (error) => {
    said += error.message;
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    said: () => said,
    write: (line) => child.stdin?.write(`${line}\n`),
    async says(pattern, limitMs = 30_000) {
      const until = performance.now() + limitMs;
      for (;;) {
        const found = pattern.exec(said);
        if (found) return found[1] ?? found[0];
        if (isOver() || performance.now() > until)
          throw new Error(`${command.name} did not say ${pattern}:\n${said.slice(-1500)}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async end(signal) {
      if (isOver()) return;
      const exit = once(child, "exit");
      child.kill(signal);
      await exit;
    },
  };
}

/** A port that is free now: for servers that do not tell which one they took. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
