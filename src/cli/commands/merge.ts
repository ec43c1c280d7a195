import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { type ConflictChoice, conflictsIn, type NotebookConflict } from "../../nbformat/merge/conflict.ts";
import { writeConflictCells } from "../../nbformat/merge/conflict-cells.ts";
import { mergeNotebooks } from "../../nbformat/merge/merge-notebooks.ts";
import { resolveConflicts } from "../../nbformat/merge/resolve-conflicts.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { serialiseNotebook } from "../../nbformat/serialise.ts";
import { randomToken } from "../../util/ids.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { readNotebook } from "../read-notebook.ts";

interface MergeOptions {
  readonly output?: string;
  readonly path?: string;
  readonly resolve?: ConflictChoice;
  readonly cell?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Merge two versions of a notebook that come from a third, cell by cell. What both changed differently is in the result twice, side by side, in a notebook that every program opens; the exit code is then 1.",
    )
    .argument("<FILES...>", "BASE MINE THEIRS; with --resolve: one merged notebook")
    .option("-o, --output <path>", "write the result there (default: print it)")
    .addOption(
      new Option("--resolve <side>", "decide the conflicts that a notebook holds").choices([
        "mine",
        "theirs",
        "both",
      ]),
    )
    .option("--cell <id>", "with --resolve: only this cell's")
    .addOption(new Option("--path <name>", "how messages call the notebook").hideHelp())
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook merge base.ipynb mine.ipynb theirs.ipynb -o merged.ipynb\n  loopbook merge --resolve theirs merged.ipynb\n  loopbook git-setup && git merge topic",
    )
    .action((files: string[], options: MergeOptions) => {
      if (options.resolve !== undefined) resolve(context, files, options.resolve, options.cell);
      else merge(context, files, options);
    });
}

function merge(context: CliContext, files: readonly string[], options: MergeOptions): void {
  const [base, mine, theirs, ...more] = files.map((file) => absolutePath(context, file));
  if (base === undefined || mine === undefined || theirs === undefined || more.length > 0)
    throw new CommandError("Name three notebooks: the one that both come from, mine, theirs.");
  const ours = readNotebook(mine);
  const merged = mergeNotebooks(readBase(base), ours.notebook, readNotebook(theirs).notebook);
  const text = serialiseNotebook(writeConflictCells(merged), ours.origin);
  if (options.output === undefined) context.terminal.out(text);
  else writeWhole(absolutePath(context, options.output), text);
  if (merged.conflicts.length === 0) return;
  const name = options.path ?? options.output ?? basename(mine);
  context.terminal.err(`${conflictLines(name, merged.conflicts, merged.keys).join("\n")}\n`);
  context.setExitCode(1);
}

function resolve(
  context: CliContext,
  files: readonly string[],
  choice: ConflictChoice,
  cell: string | undefined,
): void {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) throw new CommandError("Name one notebook.");
  const path = absolutePath(context, file);
  const { notebook, origin } = readNotebook(path);
  const found = conflictsIn(notebook).filter(({ cellId }) => cell === undefined || cellId === cell);
  if (found.length === 0)
    throw new CommandError(`${file} holds no conflict${cell === undefined ? "" : ` of the cell ${cell}`}.`);
  writeWhole(path, serialiseNotebook(resolveConflicts(notebook, choice, cell), origin));
  const count = found.length === 1 ? "1 conflict" : `${found.length} conflicts`;
  context.terminal.out(`${file}: ${count} decided as ${choice}.\n`);
}

/** git's base of a notebook that both sides added is an empty file. */
function readBase(path: string): Notebook {
  if (readFileSync(path).length > 0) return readNotebook(path).notebook;
  return { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

function conflictLines(
  name: string,
  conflicts: readonly NotebookConflict[],
  keys: readonly string[],
): string[] {
  const line = (conflict: NotebookConflict): string => {
    const { cellId } = conflict;
    const where = cellId === null ? "the notebook" : `cell ${keys.indexOf(cellId) + 1} (${cellId})`;
    switch (conflict.what) {
      case "source":
        return `${where}: both changed the source`;
      case "cell-type":
        return `${where}: ${conflict.mine} in mine, ${conflict.theirs} in theirs`;
      case "metadata":
      case "field":
        return `${where}: both changed ${conflict.key}; mine is kept`;
      case "deleted":
        return `${where}: deleted in ${conflict.by}, changed in the other; it is kept`;
    }
  };
  return [
    `${name}: ${conflicts.length === 1 ? "1 conflict" : `${conflicts.length} conflicts`}`,
    ...conflicts.map((conflict) => `  ${line(conflict)}`),
    `Decide in any notebook program, or with: loopbook merge --resolve mine|theirs|both ${name}`,
  ];
}

/** Whole or not at all. */
function writeWhole(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomToken(8)}.tmp`);
  try {
    writeFileSync(temporary, text, { mode: statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
