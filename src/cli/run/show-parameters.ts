/** `--help-notebook`, `--inspect`: what a notebook declares, on standard output. */
import { parseNotebook } from "../../nbformat/parse.ts";
import type { ParameterSpec } from "../../runs/parameters.ts";
import type { CliContext } from "../context.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import { notebookAt, placeOf } from "../place.ts";
import { declaredParameters } from "./declared-parameters.ts";
import { readStdin } from "./read-stdin.ts";

const HELP_COLUMN = 34;

export async function showParameters(
  context: CliContext,
  input: string,
  line: RunCommandLine,
): Promise<void> {
  const { terminal } = context;
  const parsed =
    input === "-"
      ? parseNotebook(await readStdin(terminal), "The notebook on standard input")
      : await notebookAt(context, placeOf(context, input));
  const specs = declaredParameters(parsed.notebook, line.language ?? null);
  if (line.json) terminal.out(`${JSON.stringify(specs)}\n`);
  else terminal.out(parametersText(input, specs));
  if (specs.length === 0) context.setExitCode(1);
}

/** papermill's table, with ranges and choices beside. Pure. */
export function parametersText(input: string, specs: readonly ParameterSpec[]): string {
  const head = `Usage: loopbook run ${input} [OUTPUT] -p NAME VALUE …\n\n`;
  if (specs.length === 0) {
    return `${head}${input} declares no parameters: no cell is tagged 'parameters', or it assigns nothing.\n`;
  }
  return `${head}Parameters inferred for notebook '${input}':\n${specs.map((spec) => `${line(spec)}\n`).join("")}`;
}

function line(spec: ParameterSpec): string {
  const type =
    spec.declaredType ?? (spec.type === "unknown" || spec.type === "none" ? "Unknown type" : spec.type);
  const definition = `  ${spec.name}: ${type} (default ${spec.defaultSource})`;
  const help = [spec.help ?? "", choicesOf(spec), rangeOf(spec)].filter((text) => text !== "").join("; ");
  if (help === "") return definition;
  if (definition.length > 30) return `${definition}\n${" ".repeat(HELP_COLUMN)}${help}`;
  return definition.padEnd(HELP_COLUMN) + help;
}

function choicesOf({ choices }: ParameterSpec): string {
  return choices === null ? "" : `one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`;
}

function rangeOf({ range }: ParameterSpec): string {
  return range === null ? "" : `from ${range.min ?? "−∞"} to ${range.max ?? "∞"}`;
}
