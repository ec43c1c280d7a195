/** `jupyter execute` under its own option names; what it does is `loopbook run`. */
import { dirname, join, parse, resolve } from "node:path";
import type { Command } from "commander";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { type RunCommandLine, seconds } from "../options/run-command-line.ts";
import type { RunEnds } from "../run/ends.ts";

interface ExecuteOptions {
  readonly inplace?: true;
  readonly output?: string;
  readonly allowErrors?: true;
  readonly timeout?: number;
  readonly startup_timeout: number;
  readonly kernel_name?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Execute notebooks one after the other, with the options of `jupyter execute`. Each runs in its own folder. " +
        "Without --inplace and --output a copy is kept with the run's record. `loopbook run` can do more.",
    )
    .argument("<NOTEBOOK...>")
    .option("--inplace", "write into the notebook itself")
    .option("--output <name>", "write to this file beside the notebook; may hold {notebook_name}")
    .option("--allow-errors", "record errors and go on")
    .option("--timeout <seconds>", "how long a cell may take; -1: for ever (the default)", seconds)
    .option("--startup_timeout <seconds>", "how long the kernel may take to start", seconds, 60)
    .option("--kernel_name <name>", "use this kernel, not the notebook's")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook execute report.ipynb --inplace\n  loopbook execute a.ipynb b.ipynb --output "{notebook_name}-done" --timeout 600',
    )
    .action(async (notebooks: readonly string[], options: ExecuteOptions) => {
      const { output } = options;
      if (output !== undefined && notebooks.length > 1 && !output.includes("{notebook_name}"))
        throw new CommandError("Several notebooks need an --output with {notebook_name} in it.");
      for (const notebook of notebooks) {
        const code = await execute(context, withExtension(resolve(context.cwd, notebook)), options);
        context.setExitCode(code);
        if (code !== 0) return;
      }
    });
}

async function execute(context: CliContext, input: string, options: ExecuteOptions): Promise<number> {
  const { planRun } = await import("../run/run-plan.ts");
  const { refuseTwoOwners } = await import("../run/run-command.ts");
  const { runHere } = await import("../run/run-here.ts");
  const line = commandLine(input, options);
  const plan = await planRun(context, { input: literally(input), output: outputOf(input, options) }, line);
  await refuseTwoOwners(plan);
  return runHere(context, plan, line);
}

function outputOf(input: string, { inplace, output }: ExecuteOptions): RunEnds["output"] {
  if (inplace) return { type: "in-place" };
  if (output === undefined) return { type: "record", print: false };
  const name = withExtension(output.replaceAll("{notebook_name}", parse(input).name));
  return { type: "path", path: literally(join(dirname(input), name)) };
}

function commandLine(input: string, options: ExecuteOptions): RunCommandLine {
  const { allowErrors, timeout, kernel_name: kernel } = options;
  return {
    startTimeout: options.startup_timeout,
    cwd: dirname(input),
    input: false,
    hold: true,
    logLevel: "INFO",
    ...(allowErrors && { allowErrors }),
    ...(timeout !== undefined && { executionTimeout: timeout }),
    ...(kernel !== undefined && { kernel }),
  };
}

function withExtension(path: string): string {
  return path.endsWith(".ipynb") ? path : `${path.replace(/\.[^./\\]*$/, "")}.ipynb`;
}

/** Braces mean nothing in these names. */
function literally(path: string): string {
  return path.replace(/[{}]/g, "$&$&");
}
