import { spawn } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { CliContext } from "../context.ts";
import { browserCommands, type Surroundings } from "./browser-command.ts";

/** A program that is still there after this long has done its part. */
const SETTLE_MS = 1_500;

/** Opens an address in the user's browser; where that cannot be done, says so and goes on. @returns whether it was. */
export async function openInBrowser(url: string, context: CliContext): Promise<boolean> {
  const commands = browserCommands(url, surroundings(context.env));
  for (const { program, args } of commands) {
    if (await starts(program, args)) return true;
  }
  if (context.env.BROWSER !== "" && context.env.BROWSER !== "none") {
    const why = commands.length === 0 ? "no browser was found" : "none could be started";
    context.terminal.err(`The browser was not opened: ${why}. Open the address yourself, or set BROWSER.\n`);
  }
  return false;
}

/** Whether a browser could be opened here, for `loopbook doctor`. */
export function knownBrowser(env: CliContext["env"]): string | null {
  return browserCommands("http://127.0.0.1/", surroundings(env))[0]?.program ?? null;
}

function starts(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", detached: true });
    const timer = setTimeout(() => settle(true), SETTLE_MS);
    const settle = (started: boolean): void => {
      clearTimeout(timer);
      child.unref();
      resolve(started);
    };
    child.once("error", () => settle(false));
    // explorer.exe ends with 1 though it opened the page.
    child.once("exit", (code) => settle(code === 0 || program === "explorer.exe"));
  });
}

function surroundings(env: CliContext["env"]): Surroundings {
  return { platform: process.platform, env, isWsl: isWsl(env), has: (program) => isOnPath(program, env) };
}

function isWsl(env: CliContext["env"]): boolean {
  if (process.platform !== "linux") return false;
  if (env.WSL_DISTRO_NAME !== undefined) return true;
  try {
    return /microsoft/i.test(readFileSync("/proc/version", "utf8"));
  } catch {
    return false;
  }
}

function isOnPath(program: string, env: CliContext["env"]): boolean {
  const names = process.platform === "win32" ? [program, `${program}.exe`] : [program];
  return (env.PATH ?? env.Path ?? "")
    .split(delimiter)
    .some((folder) => folder !== "" && names.some((name) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
