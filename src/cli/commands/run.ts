import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { type RunCommandLine, runOptions } from "../options/run-command-line.ts";

export function define(command: Command, context: CliContext): void {
  runOptions(
    command
      .usage("NOTEBOOK [OUTPUT] [options]")
      .description(
        "Run a notebook, live: it can be watched, paused, changed and let go on, from here, from the browser and " +
          "from other terminals. Without OUTPUT a copy is kept with the run's record (`loopbook show`).",
      )
      .argument("[NOTEBOOK]", "the notebook to run; `-`: from standard input")
      .argument(
        "[OUTPUT]",
        "where the executed notebook is written; `-`: to standard output; may hold {parameters}",
      ),
  )
    .addHelpText("after", examples)
    .action(async (input: string | undefined, output: string | undefined, line: RunCommandLine) => {
      const { runCommand } = await import("../run/run-command.ts");
      await runCommand(context, { input, output }, line);
    });
}

const examples = `
Keys while it runs: p pauses, Ctrl-C interrupts the cell and holds; on hold: r resume, s step one cell, k skip,
a approve, x refuse, q stop. A second Ctrl-C stops; everything is saved.

Examples:
  loopbook run train.ipynb out.ipynb -p lr 0.05 -p epochs 20
  loopbook run train.ipynb "out_{lr}.ipynb" -f params.yaml
  loopbook run train.ipynb --in-place --on-error hold --open
  loopbook run train.ipynb --inspect
  cat train.ipynb | loopbook run - - -y "{lr: 0.05}" > out.ipynb
  loopbook run train.ipynb -o out.ipynb --detach && loopbook ps

The exit code tells how it ended: \`loopbook help exit-codes\`.`;
