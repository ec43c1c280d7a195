import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import {
  RUN_ARGUMENT,
  RUN_HELP,
  runLabel,
  type SteeringOptions,
  steer,
  steeringOptions,
} from "../processes/steering.ts";

export function define(command: Command, context: CliContext): void {
  steeringOptions(command)
    .description("Do not run the next cell; on hold after an error, not the failed one again.")
    .argument(RUN_ARGUMENT, RUN_HELP)
    .addHelpText("after", "\nExamples:\n  loopbook skip\n  loopbook skip train.ipynb")
    .action(async (wanted: string | undefined, options: SteeringOptions) => {
      await steer(
        context,
        wanted,
        { type: "skip" },
        { ...options, say: (run) => `${runLabel(run)} skips a cell.` },
      );
    });
}
