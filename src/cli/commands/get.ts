import type { Command } from "commander";
import { readValuesAt } from "../../library/values/read-at.ts";
import type { ParameterValues } from "../../runs/parameters.ts";
import { jsonEqual } from "../../util/json.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Read values by name: of variables in the parameters cell, and of cells with that name. From the live document " +
        "where the notebook is open, else from the file; nothing is executed.",
    )
    .argument("<NOTEBOOK>")
    .argument("[NAME...]", "which; default: all")
    .option("--json", "print them as one JSON object")
    .option("--follow", "print them again at each change, until Ctrl-C (with --json one object a line)")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook get train.ipynb lr\n  loopbook get train.ipynb lr layers --json\n  loopbook get train.ipynb\n  loopbook get train.ipynb lr --follow",
    )
    .action(async (notebook: string, names: readonly string[], options: { json?: true; follow?: true }) => {
      const { terminal } = context;
      const path = absolutePath(context, notebook);
      if (options.follow) return follow(context, path, names, options.json === true);
      const values = await readValuesAt(path, names, "cli");
      if (options.json) terminal.out(`${JSON.stringify(values)}\n`);
      else terminal.out(lines(values, names));
    });
}

/** Until Ctrl-C, or until nobody reads any more. */
async function follow(
  { terminal }: CliContext,
  path: string,
  names: readonly string[],
  json: boolean,
): Promise<void> {
  const { followValues } = await import("../../library/values/follow.ts");
  const ended = new AbortController();
  const end = (): void => ended.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
  let told: ParameterValues = {};
  await followValues({
    path,
    names,
    using: "cli",
    signal: ended.signal,
    onValues: (values) => {
      const changed = Object.entries(values).filter(
        ([name, value]) => !Object.hasOwn(told, name) || !jsonEqual(told[name] ?? null, value),
      );
      told = values;
      if (json) terminal.out(`${JSON.stringify(values)}\n`);
      else if (changed.length > 0) terminal.out(lines(Object.fromEntries(changed), names));
    },
  });
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
