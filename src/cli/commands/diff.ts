import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import pc from "picocolors";
import { diffNotebooks, isSame, withoutOutputs } from "../../nbformat/merge/diff-notebooks.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { diffLines, notebookLines } from "../diff/diff-lines.ts";
import { versionArgument } from "../history/version-argument.ts";
import { absolutePath } from "../paths.ts";
import { readNotebook } from "../read-notebook.ts";

interface DiffOptions {
  readonly outputs: boolean;
  readonly json?: true;
  readonly exitCode?: true;
  readonly color?: "auto" | "always" | "never";
  readonly git?: true;
  readonly textconv?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Show what differs between two notebooks, or two versions of one, cell by cell: source line by line, metadata " +
        "by key, outputs in a line each. A version is named as train.ipynb@v1, @3, @now, @file (`loopbook versions`).",
    )
    .argument("<FILES...>", "the older and the newer notebook")
    .option("--no-outputs", "leave results out")
    .option("--json", "print the difference as JSON")
    .option("--exit-code", "exit with 1 when there is a difference")
    .addOption(new Option("--color <when>", "colours").choices(["auto", "always", "never"]).default("auto"))
    .addOption(new Option("--git", "take git's arguments for an external diff").hideHelp())
    .addOption(new Option("--textconv", "print one notebook as text, for git to compare").hideHelp())
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook diff old.ipynb new.ipynb\n  loopbook diff old.ipynb new.ipynb --json | jq .cells\n  loopbook diff train.ipynb@v1 train.ipynb@now --no-outputs\n  loopbook git-setup && git diff",
    )
    .action(async (files: string[], options: DiffOptions) => {
      if (options.textconv) printText(context, files);
      else if (options.git) printForGit(context, files, options);
      else {
        const [before, after, ...more] = files;
        if (before === undefined || after === undefined || more.length > 0)
          throw new CommandError("Name two notebooks: the older and the newer one.");
        print(context, await versionOf(context, before), await versionOf(context, after), options);
      }
    });
}

function print(context: CliContext, before: Notebook, after: Notebook, options: DiffOptions): void {
  const { terminal } = context;
  const diff = options.outputs
    ? diffNotebooks(before, after)
    : diffNotebooks(withoutOutputs(before), withoutOutputs(after));
  if (options.exitCode && !isSame(diff)) context.setExitCode(1);
  if (options.json) terminal.out(`${JSON.stringify(diff)}\n`);
  else if (!isSame(diff)) terminal.out(`${diffLines(diff, coloursFor(context, options)).join("\n")}\n`);
}

/** git hands over: path, old file, old hash, old mode, new file, new hash, new mode, and for a rename more. */
function printForGit(context: CliContext, args: readonly string[], options: DiffOptions): void {
  const [path = "", oldFile = "", , , newFile = "", , , renamedTo] = args;
  if (newFile === "") throw new CommandError("git hands an external diff seven arguments.");
  const { terminal } = context;
  const colours = coloursFor(context, options);
  const to = renamedTo ?? path;
  terminal.out(`${colours.bold(`diff ${path}${to === path ? "" : ` → ${to}`}`)}\n`);
  try {
    print(context, read(context, oldFile), read(context, newFile), options);
  } catch (error) {
    // One file that is no notebook must not end the whole of git's output.
    terminal.out(`${error instanceof Error ? error.message : String(error)}\n`);
  }
  terminal.out("\n");
}

function printText(context: CliContext, files: readonly string[]): void {
  const [file = "/dev/null"] = files;
  context.terminal.out(`${notebookLines(read(context, file)).join("\n")}\n`);
}

/** A file, or a version that its history has. */
async function versionOf(context: CliContext, typed: string): Promise<Notebook> {
  const { notebook, version } = versionArgument(typed, (path) => existsSync(absolutePath(context, path)));
  if (version === null) return read(context, notebook);
  const { withHistory } = await import("../history/open-history.ts");
  return withHistory(context, absolutePath(context, notebook), (history) =>
    history.notebook(version, { outputs: true }),
  );
}

/** git's name for a version that there is not. */
function read(context: CliContext, path: string): Notebook {
  if (path === "/dev/null") return { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  return readNotebook(absolutePath(context, path)).notebook;
}

function coloursFor(
  { terminal, env }: CliContext,
  { color }: DiffOptions,
): CliContext["terminal"]["colours"] {
  if (color === "always") return pc.createColors(true);
  if (color === "never" || env.NO_COLOR) return pc.createColors(false);
  // git shows what we print in its pager, which is a terminal though we see a pipe.
  return env.GIT_PAGER_IN_USE === "true" ? pc.createColors(true) : terminal.outColours;
}
