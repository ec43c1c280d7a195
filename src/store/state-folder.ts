/** Where Loopbook keeps what outlives a process: the ledger of runs, kept copies, the registry of processes. */
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/**
 * `LOOPBOOK_HOME`; else the platform's place for a program's data: `$XDG_DATA_HOME/loopbook`, which is
 * `~/.local/share/loopbook` (https://specifications.freedesktop.org/basedir-spec/), Application Support on macOS,
 * Local AppData on Windows. Not made here.
 */
export function stateFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string {
  if (env.LOOPBOOK_HOME) return resolve(env.LOOPBOOK_HOME);
  const home = env.HOME ?? homedir();
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "loopbook");
  if (platform === "darwin") return join(home, "Library", "Application Support", "loopbook");
  // The specification wants relative paths ignored.
  const data = env.XDG_DATA_HOME;
  return join(data && isAbsolute(data) ? data : join(home, ".local", "share"), "loopbook");
}
