/**
 * Who uses this machine, as others see them. Read from files, because starting `git config` costs more than
 * starting a whole run.
 */
import { readFileSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { Party } from "./party.ts";

/** Longer names are cut, so that a name never floods a page. */
const MAX_NAME_LENGTH = 80;

/** The local person, acting with `using` (`browser`, `cli`, …). */
export function localParty(using: string, env: NodeJS.ProcessEnv = process.env): Party {
  return { kind: "person", who: "local", using, displayName: displayName(env) };
}

/** `LOOPBOOK_NAME`, else git's `user.name`, else the account's name. */
export function displayName(env: NodeJS.ProcessEnv = process.env): string {
  const name = env.LOOPBOOK_NAME?.trim() || gitUserName(env) || accountName(env);
  return name.slice(0, MAX_NAME_LENGTH);
}

/** Git's `user.name` of the global configuration files, without `include`s; undefined when there is none. */
export function gitUserName(env: NodeJS.ProcessEnv): string | undefined {
  const home = env.HOME || env.USERPROFILE || homedir();
  const files = env.GIT_CONFIG_GLOBAL
    ? [env.GIT_CONFIG_GLOBAL]
    : [join(home, ".gitconfig"), join(env.XDG_CONFIG_HOME || join(home, ".config"), "git", "config")];
  for (const file of files) {
    const name = userNameIn(readIfThere(file));
    if (name) return name;
  }
  return undefined;
}

/** `user.name` in the text of a git configuration file (git-config(1), "CONFIGURATION FILE"); the last one counts. */
export function userNameIn(config: string): string | undefined {
  let inUserSection = false;
  let name: string | undefined;
  for (const line of config.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]\s"]+)\s*("[^"]*")?\s*\](.*)$/.exec(line);
    if (section) inUserSection = section[1]?.toLowerCase() === "user" && section[2] === undefined;
    const assignment = /^\s*name\s*=\s*(.*)$/i.exec(section ? (section[3] ?? "") : line);
    if (inUserSection && assignment) name = unquote(assignment[1] ?? "");
  }
  return name || undefined;
}

function unquote(value: string): string {
  let text = "";
  let quoted = false;
  for (let i = 0; i < value.length; i++) {
    const character = value[i] ?? "";
    if (character === '"') quoted = !quoted;
    else if (character === "\\" && (value[i + 1] === '"' || value[i + 1] === "\\")) text += value[++i];
    else if (!quoted && (character === "#" || character === ";")) break;
    else text += character;
  }
  return text.trim();
}

function accountName(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username || "Someone";
  } catch {
    // An account without an entry in the user database (common in containers).
    return env.USER || env.USERNAME || "Someone";
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
