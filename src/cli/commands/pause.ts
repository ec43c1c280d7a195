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
    .description(
      "Pause a run at the next cell boundary: the running cell goes on to its end, then the run holds.",
    )
    .argument(RUN_ARGUMENT, RUN_HELP)
    .option("--wait", "return when the run holds, not when it was asked to")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook pause\n  loopbook pause train.ipynb --wait\n\n`loopbook interrupt` does not wait for the end of the cell.",
    )
    .action(async (wanted: string | undefined, options: SteeringOptions & { wait?: true }) => {
      await steer(
        context,
        wanted,
        { type: "pause" },
        {
          ...options,
          ...(options.wait ? { until: (run) => run.status === "held" } : {}),
          say: (run) =>
            run.status === "held"
              ? `${runLabel(run)} holds: ${run.hold?.what ?? "paused"}.`
              : `${runLabel(run)} pauses when the running cell ends.`,
        },
      );
    });
}
