/** The local server that stays (`loopbook up`): finds it, starts it as a process of its own, ends it. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { liveProcesses } from "../../server/registry.ts";
import type { RegistryEntry } from "../../server/registry-entry.ts";
import { LoopbookError } from "../../util/errors.ts";
import { stateFolder } from "../state-folder.ts";

const START_LIMIT_MS = 20_000;
const END_LIMIT_MS = 20_000;
const POLL_MS = 25;

export function serverLogFile(): string {
  return join(stateFolder(), "logs", "server.log");
}

/** The local servers of this user, oldest first; usually one. */
export function localServers(): readonly RegistryEntry[] {
  return liveProcesses(stateFolder()).filter(({ kind }) => kind === "up");
}

/** The server that shows this path, else null. */
export function serverFor(path: string): RegistryEntry | null {
  return localServers().find(({ folder }) => isInside(folder, path)) ?? null;
}

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return !way.startsWith("..") && !/^[A-Za-z]:/.test(way);
}

/**
 * Starts the local server in the background; its output goes to a log in the state folder.
 * @throws LoopbookError `server-did-not-start` with the last line of its log.
 */
export async function startLocalServer(
  folder: string,
  port: number | undefined,
  warmKernels: readonly string[] = [],
  allowedHosts: readonly string[] = [],
): Promise<RegistryEntry> {
  const logFile = serverLogFile();
  mkdirSync(join(stateFolder(), "logs"), { recursive: true, mode: 0o700 });
  const log = openSync(logFile, "a", 0o600);
  const [, entry = ""] = process.argv;
  const words = ["up", folder, "--foreground", ...(port === undefined ? [] : ["--port", String(port)])];
  words.push(...warmKernels.map((name) => `--warm=${name}`));
  words.push(...allowedHosts.map((name) => `--allow-host=${name}`));
  const child = spawn(process.execPath, [...process.execArgv, entry, ...words], {
    cwd: folder,
    detached: true,
    stdio: ["ignore", log, log],
    windowsHide: true,
  });
  closeSync(log);
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  child.unref();
  const until = Date.now() + START_LIMIT_MS;
  while (Date.now() < until && !ended) {
    const found = localServers().find(({ pid }) => pid === child.pid);
    if (found !== undefined) return found;
    await wait(POLL_MS);
  }
  if (!ended) child.kill("SIGTERM");
  throw new LoopbookError("server-did-not-start", `The local server did not start: ${lastLine(logFile)}`);
}

/**
 * Asks a server to end and waits until it has. Its runs are stopped, saved and recorded as such; `keep`: they and the
 * kernels are left to the next server, where the system has a signal for it (all but Windows).
 */
export async function endLocalServer(entry: RegistryEntry, how: "end" | "keep" = "end"): Promise<void> {
  process.kill(entry.pid, how === "keep" && process.platform !== "win32" ? "SIGHUP" : "SIGTERM");
  const until = Date.now() + END_LIMIT_MS;
  while (Date.now() < until) {
    if (!localServers().some(({ pid }) => pid === entry.pid)) return;
    await wait(POLL_MS);
  }
  throw new LoopbookError(
    "server-did-not-end",
    `The local server (process ${entry.pid}) has not ended in ${END_LIMIT_MS / 1000} s. Its log: ${serverLogFile()}`,
  );
}

function lastLine(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").at(-1) ?? "";
  } catch {
    return `see ${file}`;
  }
}
