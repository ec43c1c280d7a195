import { existsSync, statSync } from "node:fs";
import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { RUN_ARGUMENT, runLabel, type SteeringOptions, steer } from "../processes/steering.ts";

interface StepOptions extends SteeringOptions {
  readonly kernel?: string;
  readonly from?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .usage("NOTEBOOK | [RUN] [options]")
    .description(
      "With a notebook: walk through it in the terminal, cell by cell, on a kernel that stays when you leave. " +
        "With a run: run one cell of a held run, then hold again.",
    )
    .argument(
      `${RUN_ARGUMENT.slice(0, -1)}-or-NOTEBOOK]`,
      "a notebook's path, or a live run's id; default: the only live run",
    )
    .option("-k, --kernel <name>", "start this kernel, not the notebook's")
    .option("--from <cell>", "begin at this cell: its number, id, name or tag; default: where you left")
    .option("--json", "of a run: print it as JSON")
    .addHelpText(
      "after",
      "\nIn the player Enter runs the cell and goes on; h lists the other keys.\n\nExamples:\n  loopbook step train.ipynb\n  loopbook step train.ipynb --from 7\n  loopbook step run_x3",
    )
    .action(async (wanted: string | undefined, options: StepOptions) => {
      if (wanted !== undefined && isNotebook(absolutePath(context, wanted))) {
        const { playNotebook } = await import("../player/open-player.ts");
        return playNotebook(context, absolutePath(context, wanted), options);
      }
      await steer(
        context,
        wanted,
        { type: "step" },
        { ...options, say: (run) => `${runLabel(run)} runs one cell, then holds.` },
      );
    });
}

function isNotebook(path: string): boolean {
  return path.endsWith(".ipynb") || (existsSync(path) && statSync(path).isFile());
}
