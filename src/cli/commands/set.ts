import type { Command } from "commander";
import type { ValueChanges } from "../../document/write-values.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { assignmentsOf, splitAssignments } from "../options/assignments.ts";
import { absolutePath } from "../paths.ts";

interface SetOptions {
  readonly expect?: readonly string[];
  readonly create?: true;
  readonly stdin?: true;
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
    .argument("[NAME=VALUE...]")
    .option("--expect <NAME=VALUE>", "write only if this is the value now (may be repeated)", collect)
    .option("--create", "add a cell for a name that there is not")
    .option("--stdin", "take values and tables as one JSON object from standard input")
    .option("--json", "print the values as one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook set train.ipynb lr=0.05\n  loopbook set train.ipynb lr=0.05 layers='[64, 32]'\n  loopbook set train.ipynb lr=0.01 --expect lr=0.05\n  echo '{\"values\": {\"lr\": 0.01}}' | loopbook set train.ipynb --stdin",
    )
    .action(async (notebook: string, words: readonly string[], options: SetOptions) => {
      const changes = options.stdin ? await changesOnStdin(context) : typedChanges(words, options);
      const path = absolutePath(context, notebook);
      const { writeValuesAt } = await import("../../library/values/write-at.ts");
      await writeValuesAt(path, changes, "cli");
      const { terminal } = context;
      const written = { ...changes.values, ...changes.tables };
      if (options.json) terminal.out(`${JSON.stringify(written)}\n`);
      else
        for (const [name, value] of Object.entries(written))
          terminal.out(`${name}=${JSON.stringify(value)}\n`);
    });
}

function typedChanges(words: readonly string[], options: SetOptions): ValueChanges {
  const { rest, assignments } = splitAssignments(words);
  if (rest.length > 0) throw new CommandError(`${rest[0]} is no NAME=VALUE, such as lr=0.05.`);
  if (assignments.length === 0)
    throw new CommandError("What is to be set? Type NAME=VALUE, such as lr=0.05.");
  const values = assignmentsOf(assignments);
  const expected = assignmentsOf(splitAssignments(options.expect ?? []).assignments);
  const unset = Object.keys(expected).find((name) => !Object.hasOwn(values, name));
  if (unset !== undefined)
    throw new CommandError(`--expect ${unset}=… guards nothing: ${unset} is not being set.`);
  return { values, expected, create: options.create === true };
}

/** What programs pass: no quoting, no literals, and no limit on length but the notebook's. */
async function changesOnStdin(context: CliContext): Promise<ValueChanges> {
  const { setValuesBody } = await import("../../api/http.ts");
  const { readStdin } = await import("../run/read-stdin.ts");
  const text = await readStdin(context.terminal, "the values");
  const fault = (cause: unknown) =>
    new CommandError(
      'Standard input is not as --stdin takes it: {"values": {"lr": 0.05}, "tables": {}, "expected": {}, "create": false}.',
      { cause },
    );
  try {
    const parsed = setValuesBody.safeParse(JSON.parse(text));
    if (!parsed.success) throw fault(parsed.error);
    const { values, tables = {}, expected = {}, create = false } = parsed.data;
    return { values, tables, expected, create };
  } catch (error) {
    throw error instanceof CommandError ? error : fault(error);
  }
}
