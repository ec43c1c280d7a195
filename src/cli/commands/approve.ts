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
    .description("Approve the hold that a run waits at (a cell tagged `hold`): the run goes on.")
    .argument(RUN_ARGUMENT, RUN_HELP)
    .option("-m, --reason <text>", "why; kept in the run's record")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook approve\n  loopbook approve train.ipynb -m "checked the confusion matrix"',
    )
    .action(async (wanted: string | undefined, options: SteeringOptions & { reason?: string }) => {
      await steer(
        context,
        wanted,
        { type: "approve", reason: options.reason ?? null },
        { ...options, say: (run) => `${runLabel(run)} is approved and goes on.` },
      );
    });
}
