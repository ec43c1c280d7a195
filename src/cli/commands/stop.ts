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
    .description("Stop a run: the running cell is interrupted, everything is saved, the kernel ends.")
    .argument(RUN_ARGUMENT, RUN_HELP)
    .option("--now", "do not wait for the cell to heed the interrupt")
    .option("--wait", "return when the run has ended")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook stop\n  loopbook stop train.ipynb --wait\n  loopbook stop run_x3 --now",
    )
    .action(async (wanted: string | undefined, options: SteeringOptions & { now?: true; wait?: true }) => {
      await steer(
        context,
        wanted,
        { type: "stop", immediate: options.now === true },
        {
          ...options,
          ...(options.wait ? { until: (run) => run.endedAtMs !== null } : {}),
          say: (run) => `${runLabel(run)} ${run.endedAtMs === null ? "is stopping" : run.status}.`,
        },
      );
    });
}
