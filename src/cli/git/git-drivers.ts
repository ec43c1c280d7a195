/** Makes git show and merge notebooks by us: its configuration, and the attribute that names us for `*.ipynb`. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";

const ATTRIBUTE = "*.ipynb diff=loopbook merge=loopbook";

export interface GitPlace {
  readonly isGlobal: boolean;
  readonly attributesFile: string;
}

/** @throws LoopbookError `no-git`, `no-repository`. */
export function gitPlace(context: CliContext, isGlobal: boolean): GitPlace {
  if (!isGlobal) {
    const root = git(context, ["rev-parse", "--show-toplevel"]);
    if (root === null)
      throw new LoopbookError(
        "no-repository",
        "This folder is in no git repository. Go into one, or set git up for all of yours with --global.",
      );
    return { isGlobal, attributesFile: join(root, ".gitattributes") };
  }
  const { env } = context;
  const home = env.HOME ?? env.USERPROFILE ?? ".";
  const configured = git(context, ["config", "--global", "--type=path", "core.attributesFile"]);
  const fallback = join(env.XDG_CONFIG_HOME ?? join(home, ".config"), "git", "attributes");
  return { isGlobal, attributesFile: resolve(configured ?? fallback) };
}

export function setUp(context: CliContext, place: GitPlace): void {
  const command = ownCommand(context);
  for (const [key, value] of settings(command)) set(context, place, [key, value]);
  const lines = attributeLines(place).filter((line) => line !== ATTRIBUTE);
  mkdirSync(dirname(place.attributesFile), { recursive: true });
  writeFileSync(place.attributesFile, `${[...lines, ATTRIBUTE].join("\n")}\n`);
}

export function remove(context: CliContext, place: GitPlace): void {
  for (const section of ["diff.loopbook", "merge.loopbook"])
    git(context, ["config", scope(place), "--remove-section", section]);
  const lines = attributeLines(place);
  const kept = lines.filter((line) => line !== ATTRIBUTE);
  if (kept.length === lines.length) return;
  if (kept.length === 0) rmSync(place.attributesFile);
  else writeFileSync(place.attributesFile, `${kept.join("\n")}\n`);
}

function settings(command: string): [key: string, value: string][] {
  return [
    ["diff.loopbook.command", `${command} diff --git`],
    // What shows changes without an external program: log -p, show, blame.
    ["diff.loopbook.textconv", `${command} diff --textconv`],
    ["merge.loopbook.name", "notebooks, cell by cell"],
    ["merge.loopbook.driver", `${command} merge %O %A %B --output %A --path %P`],
  ];
}

function attributeLines({ attributesFile }: GitPlace): string[] {
  try {
    return readFileSync(attributesFile, "utf8").replace(/\n$/, "").split("\n");
  } catch {
    return [];
  }
}

const scope = ({ isGlobal }: GitPlace): string => (isGlobal ? "--global" : "--local");

function set(context: CliContext, place: GitPlace, [key, value]: [string, string]): void {
  if (git(context, ["config", scope(place), key, value]) === null)
    throw new LoopbookError("git-failed", `git could not write ${key} to its configuration.`);
}

/** What git answered, without the newline; null: it failed. */
function git(context: CliContext, args: readonly string[]): string | null {
  try {
    const answer = execFileSync("git", args, {
      cwd: context.cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return answer.replace(/\n$/, "");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new LoopbookError("no-git", "git is not installed here, or not on the PATH.");
    return null;
  }
}

/** By name where that finds us, so that an update is followed; else this very program. */
function ownCommand({ env }: CliContext): string {
  const isOnPath = (env.PATH ?? "")
    .split(delimiter)
    .some(
      (folder) => folder !== "" && !folder.includes("node_modules") && isExecutable(join(folder, "loopbook")),
    );
  if (isOnPath) return "loopbook";
  return [process.execPath, ...process.argv.slice(1, 2)].map(quoted).join(" ");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** For the shell that git runs commands with; backslashes of Windows become slashes, as git takes them. */
function quoted(word: string): string {
  return `'${word.replaceAll("\\", "/").replaceAll("'", "'\\''")}'`;
}
