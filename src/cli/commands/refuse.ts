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
      "Refuse the hold that a run waits at (a cell tagged `hold`): the run stops, everything is saved.",
    )
    .argument(RUN_ARGUMENT, RUN_HELP)
    .option("-m, --reason <text>", "why; kept in the run's record")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook refuse\n  loopbook refuse train.ipynb -m "checked the confusion matrix"',
    )
    .action(async (wanted: string | undefined, options: SteeringOptions & { reason?: string }) => {
      await steer(
        context,
        wanted,
        { type: "refuse", reason: options.reason ?? null },
        { ...options, say: (run) => `${runLabel(run)} is refused and stops.` },
      );
    });
}
