/** A Loopbook server of a folder, for benchmarks that need one that is up. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { RunSnapshot } from "../../src/runs/run.ts";
import { endWithUs } from "./children.ts";
import { loopbookArgv, loopbookEnv } from "./runners.ts";

const START_LIMIT_MS = 20_000;
const ENDS = new Set(["completed", "failed", "died", "timed-out", "stopped"]);

type Snapshot = Pick<RunSnapshot, "id" | "status" | "outcome">;

export interface BenchServer {
  readonly pid: number;
  /** The page of a notebook in its folder, with the token. */
  addressOf(name: string): string;
  /** A request with the token. @throws Error with the answer, when it is none of success. */
  call(method: string, route: string, body?: object): Promise<unknown>;
  /** Runs a notebook of its folder and waits for the end. @returns seconds from the request to the written end. */
  run(
    path: string,
    output: { readonly type: "in-place" } | { readonly type: "path"; readonly path: string },
    options?: {
      /** Between two looks whether it has ended; each look makes the server read the whole record of the run. */
      readonly lookEveryMs?: number;
    },
  ): Promise<number>;
  close(): Promise<void>;
  /** As when the machine fails. */
  kill(): Promise<void>;
}

export async function startServer(
  stateFolder: string,
  folder: string,
  options: { readonly warm?: boolean; readonly port?: number } = {},
): Promise<BenchServer> {
  const [node = "", ...argv] = loopbookArgv;
  const child = spawn(
    node,
    [
      ...[...argv, "open", folder, "--no-browser", "--port", `${options.port ?? 0}`],
      ...(options.warm ? ["--warm"] : []),
    ],
    {
      cwd: folder,
      env: { ...process.env, ...loopbookEnv(stateFolder) },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  endWithUs(child, "SIGTERM");
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  const address = await new Promise<URL>((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const found = /https?:\/\/\S+/.exec(printed);
      if (found && printed.includes("\n")) resolve(new URL(found[0]));
    });
    child.once("exit", () => reject(new Error(`The server did not start: ${said}`)));
    setTimeout(() => reject(new Error(`The server did not start in time: ${said}`)), START_LIMIT_MS).unref();
  });
  const token = address.searchParams.get("token") ?? "";
  const call = async (method: string, route: string, body?: object): Promise<unknown> => {
    const response = await fetch(address.origin + route, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  };
  const snapshotOf = async (answer: Promise<unknown>): Promise<Snapshot> => (await answer) as Snapshot;
  return {
    call,
    pid: child.pid ?? 0,
    addressOf: (name) => `${address.origin}/open/${encodeURIComponent(name)}?token=${token}`,
    async run(path, output, { lookEveryMs = 5 } = {}) {
      const startedAt = performance.now();
      let state = await snapshotOf(call("POST", "/api/runs", { path, output }));
      while (!ENDS.has(state.status)) {
        await wait(lookEveryMs);
        const record = (await call("GET", `/api/runs/${state.id}`)) as { readonly snapshot: Snapshot };
        state = record.snapshot;
      }
      if (state.status !== "completed") throw new Error(`The run ${state.status}: ${state.outcome}`);
      return (performance.now() - startedAt) / 1000;
    },
    close: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}
