import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import type { CommentThread } from "../../api/comments.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { serialiseNotebook } from "../../nbformat/serialise.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { CellId } from "../../util/ids.ts";
import { CommandError } from "../command-error.ts";
import { threadLines } from "../comments/comment-lines.ts";
import { withThreads } from "../comments/comments-in-notebook.ts";
import { type CommentsHere, withComments } from "../comments/open-comments.ts";
import type { CliContext } from "../context.ts";
import { findCell } from "../find-cell.ts";
import { absolutePath } from "../paths.ts";

interface CommentsOptions {
  readonly cell?: string;
  readonly output?: string;
  readonly add?: string;
  readonly answer?: string;
  readonly message?: string;
  readonly resolve?: string;
  readonly reopen?: string;
  readonly export?: string;
  readonly all?: true;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "What people say of a notebook's cells and outputs, in the order of the cells. Comments are no part of the " +
        "notebook's file, unless they are exported into a copy of it.",
    )
    .argument("<NOTEBOOK>")
    .option(
      "--cell <cell>",
      "of this cell only: its number, id, name or tag; with --add, what is commented on",
    )
    .option("--output <number>", "with --add: on this output of the cell, from 1")
    .option("--add <text>", "comment on a cell")
    .option("--answer <thread>", "answer in a thread, with -m")
    .option("-m, --message <text>", "what to answer")
    .option("--resolve <thread>", "resolve a thread, named by its id or the beginning of it")
    .option("--reopen <thread>", "open a resolved thread again")
    .option("--export <file>", "write the notebook as it is now, with its comments in the cells' metadata")
    .option("--all", "resolved threads, too")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook comments train.ipynb\n  loopbook comments train.ipynb --cell 3 --add "Why so high?"\n  loopbook comments train.ipynb --answer 4k2h9d -m "Fixed."\n  loopbook comments train.ipynb --resolve 4k2h9d\n  loopbook comments train.ipynb --export train-reviewed.ipynb',
    )
    .action((notebook: string, options: CommentsOptions) =>
      withComments(context, absolutePath(context, notebook), (comments) => act(context, comments, options)),
    );
}

async function act(context: CliContext, comments: CommentsHere, options: CommentsOptions): Promise<void> {
  const now = await comments.notebook();
  const show = (thread: CommentThread): void => print(context, [thread], now, options);
  if (options.add !== undefined) {
    if (options.cell === undefined)
      throw new CommandError("Say which cell: --cell takes a number, id, name or tag.");
    const output = options.output === undefined ? null : Number(options.output) - 1;
    if (output !== null && !(Number.isInteger(output) && output >= 0))
      throw new CommandError("--output takes a number from 1.");
    return show(await comments.begin({ cellId: cellOf(options.cell, now), output }, options.add));
  }
  const threads = await comments.threads();
  if (options.answer !== undefined) {
    if (options.message === undefined) throw new CommandError("Say what to answer: -m TEXT.");
    return show(await comments.answer(threadOf(threads, options.answer), options.message));
  }
  if (options.resolve !== undefined)
    return show(await comments.settle(threadOf(threads, options.resolve), true));
  if (options.reopen !== undefined)
    return show(await comments.settle(threadOf(threads, options.reopen), false));
  if (options.export !== undefined) return exportTo(context, options.export, withThreads(now, threads));
  const cell = options.cell === undefined ? null : cellOf(options.cell, now);
  const order = now.cells.map(({ id }) => id ?? "");
  const shown = threads
    .filter(
      ({ resolved, anchor }) =>
        (options.all || resolved === null) && (cell ?? anchor.cellId) === anchor.cellId,
    )
    .sort((a, b) => placeOf(order, a) - placeOf(order, b));
  if (shown.length === 0 && !options.json) {
    const more = threads.length > 0 ? " --all shows resolved ones, too." : "";
    context.terminal.err(`There are no open comments.${more}\n`);
    return;
  }
  print(context, shown, now, options);
}

/** Of cells that are gone, last. */
function placeOf(order: readonly string[], { anchor }: CommentThread): number {
  const place = order.indexOf(anchor.cellId);
  return place === -1 ? order.length : place;
}

function print(
  { terminal }: CliContext,
  threads: readonly CommentThread[],
  { cells }: Notebook,
  { json }: CommentsOptions,
): void {
  if (json) {
    terminal.out(`${JSON.stringify(threads)}\n`);
    return;
  }
  const order = cells.map(({ id }) => id ?? "");
  for (const [index, thread] of threads.entries()) {
    if (index > 0) terminal.out("\n");
    for (const line of threadLines(thread, order, terminal.columns(), terminal.outColours))
      terminal.out(`${line}\n`);
  }
}

async function exportTo(context: CliContext, to: string, notebook: Notebook): Promise<void> {
  const path = absolutePath(context, to);
  try {
    // Never over a file that is there.
    await writeFile(path, serialiseNotebook(notebook), { flag: "wx" });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST")
      throw new LoopbookError("file-exists", `${to} is there already. Choose another name.`);
    throw new LoopbookError("notebook-unwritable", `${to} cannot be written: ${messageOf(cause)}`, { cause });
  }
  context.terminal.err(`${to} holds the notebook and its comments.\n`);
}

function threadOf(threads: readonly CommentThread[], wanted: string): string {
  const exact = threads.find(({ id }) => id === wanted);
  const [only, ...others] = exact ? [exact] : threads.filter(({ id }) => id.startsWith(wanted));
  if (only && others.length === 0) return only.id;
  throw new LoopbookError(
    "no-such-comment",
    only
      ? `Several threads begin with ${wanted}. Type more of the id.`
      : `There is no thread ${wanted}. \`loopbook comments NOTEBOOK --all\` lists them.`,
    { exitCode: 2 },
  );
}

function cellOf(wanted: string, { cells }: Notebook): string {
  const nameable = cells.map(({ id, cell_type, metadata }) => ({
    id: CellId.of(id ?? ""),
    cellType: cell_type,
    metadata,
  }));
  const found = findCell(nameable, wanted);
  if (found.ok) return found.id;
  throw new LoopbookError("no-such-cell", found.message, { exitCode: 2 });
}
