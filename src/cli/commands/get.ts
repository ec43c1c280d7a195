import type { Command } from "commander";
import { valueFault } from "../../document/write-values.ts";
import { getValue, valueNames } from "../../nbformat/named-values.ts";
import type { ParameterValues } from "../../runs/parameters.ts";
import type { JsonValue } from "../../util/json.ts";
import type { CliContext } from "../context.ts";
import { nearestOf } from "../options/nearest.ts";
import { absolutePath } from "../paths.ts";
import { openElsewhere } from "../processes/open-elsewhere.ts";
import { readNotebook } from "../read-notebook.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Read values by name: of variables in the parameters cell, and of cells with that name. From the live document " +
        "where the notebook is open, else from the file; nothing is executed.",
    )
    .argument("<NOTEBOOK>")
    .argument("[NAME...]", "which; default: all")
    .option("--json", "print them as one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook get train.ipynb lr\n  loopbook get train.ipynb lr layers --json\n  loopbook get train.ipynb",
    )
    .action(async (notebook: string, names: readonly string[], options: { json?: true }) => {
      const { terminal } = context;
      const path = absolutePath(context, notebook);
      const live = await openElsewhere(path);
      const values =
        live === null ? valuesInFile(path, names) : (await live.api.values(live.notebookId, names)).values;
      if (options.json) terminal.out(`${JSON.stringify(values)}\n`);
      else terminal.out(lines(values, names));
    });
}

function valuesInFile(path: string, names: readonly string[]): ParameterValues {
  const { notebook } = readNotebook(path);
  const values: Record<string, JsonValue> = {};
  for (const name of names.length > 0 ? names : valueNames(notebook)) {
    const found = getValue(notebook, name);
    if (found.ok) values[name] = found.value;
    else if (names.length > 0) {
      throw valueFault(name, found, { hint: nearestOf });
    }
  }
  return values;
}

/** One name: its value alone, for `lr=$(loopbook get nb.ipynb lr)`. A text is written as it is. */
function lines(values: ParameterValues, names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined) {
    const value = values[only];
    return `${typeof value === "string" ? value : JSON.stringify(value)}\n`;
  }
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join("");
}
