import type { Command } from "commander";
import type { NotebookEdit } from "../../document/edits.ts";
import { type NamedChange, setValue } from "../../nbformat/named-values.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import type { ParameterValues } from "../../runs/parameters.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import { LoopbookError } from "../../util/errors.ts";
import { CellId } from "../../util/ids.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { assignmentsOf, splitAssignments } from "../options/assignments.ts";
import { nearestOf } from "../options/nearest.ts";
import { absolutePath } from "../paths.ts";
import { withLedger } from "../processes/ledger.ts";
import { openElsewhere } from "../processes/open-elsewhere.ts";

interface SetOptions {
  readonly expect?: readonly string[];
  readonly create?: true;
  readonly json?: true;
}

const collect = (value: string, known: readonly string[] | undefined): readonly string[] | undefined => [
  ...(known ?? []),
  value,
];

export function define(command: Command, context: CliContext): void {
  command
    .usage("NOTEBOOK NAME=VALUE… [options]")
    .description(
      "Write values by name, all or none: into the live document where the notebook is open, else into the file. " +
        "Values are literals (0.05, [64, 32], 'adam', True, None); they are never evaluated. Only the literal changes.",
    )
    .argument("<NOTEBOOK>")
    .argument("<NAME=VALUE...>")
    .option("--expect <NAME=VALUE>", "write only if this is the value now (may be repeated)", collect)
    .option("--create", "add a cell for a name that there is not")
    .option("--json", "print the values as one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook set train.ipynb lr=0.05\n  loopbook set train.ipynb lr=0.05 layers='[64, 32]'\n  loopbook set train.ipynb lr=0.01 --expect lr=0.05",
    )
    .action(async (notebook: string, words: readonly string[], options: SetOptions) => {
      const { rest, assignments } = splitAssignments(words);
      if (rest.length > 0) throw new CommandError(`${rest[0]} is no NAME=VALUE, such as lr=0.05.`);
      const values = assignmentsOf(assignments);
      const expected = assignmentsOf(splitAssignments(options.expect ?? []).assignments);
      const unset = Object.keys(expected).find((name) => !Object.hasOwn(values, name));
      if (unset !== undefined)
        throw new CommandError(`--expect ${unset}=… guards nothing: ${unset} is not being set.`);
      const path = absolutePath(context, notebook);
      const live = await openElsewhere(path);
      if (live === null) await setInFile(context, path, values, expected, options.create === true);
      else if (options.create) throw new CommandError("--create works on a notebook that is not open.");
      else await live.api.setValues(live.notebookId, { values: { ...values }, expected: { ...expected } });
      const { terminal } = context;
      if (options.json) terminal.out(`${JSON.stringify(values)}\n`);
      else
        for (const [name, value] of Object.entries(values))
          terminal.out(`${name}=${JSON.stringify(value)}\n`);
    });
}

/** Through a host of our own, so that the file is written as an open notebook's is: in its style, atomically. */
async function setInFile(
  context: CliContext,
  path: string,
  values: ParameterValues,
  expected: ParameterValues,
  create: boolean,
): Promise<void> {
  await withLedger(context, async (host) => {
    const session = await host.openNotebook(path);
    applyAll(session, values, expected, create);
    const saved = await session.save();
    if (saved.type === "failed") throw new LoopbookError("not-saved", saved.reason);
    await host.closeNotebook(session.id);
  });
}

function applyAll(
  { live }: NotebookSession,
  values: ParameterValues,
  expected: ParameterValues,
  create: boolean,
): void {
  let notebook: Notebook = live.toNotebook();
  const edits: NotebookEdit[] = [];
  const ids = [...live.cellIds()];
  for (const [name, value] of Object.entries(values)) {
    const change = setValue(notebook, name, value, {
      create,
      ...(Object.hasOwn(expected, name) ? { expected: expected[name] } : {}),
    });
    if (!change.ok) throw refused(name, change);
    edits.push(editOf(change, ids));
    notebook = change.notebook;
  }
  const result = live.applyAll(edits, { type: "person", label: "cli" });
  if (!result.ok) throw new LoopbookError("not-saved", `The value could not be written: ${result.reason}.`);
}

function editOf(change: Extract<NamedChange, { ok: true }>, ids: CellId[]): NotebookEdit {
  const { cell, place, isNewCell } = change;
  if (!isNewCell) {
    const id = ids[place.cellIndex];
    if (id === undefined) throw new LoopbookError("not-saved", "The cell is not there any more.");
    return { type: "set-source", id, source: cell.source };
  }
  const id = CellId.create();
  const after = ids.at(-1) ?? null;
  ids.push(id);
  const { cell_type: cellType, source, metadata } = cell;
  return { type: "insert-cell", cell: { id, cellType, source, metadata }, after };
}

function refused(name: string, change: Extract<NamedChange, { ok: false }>): LoopbookError {
  const hint = "known" in change && change.reason === "no-such-name" ? nearestOf(name, change.known) : "";
  return new LoopbookError(change.reason, change.message + hint);
}
