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
      "Interrupt the running cell (as Ctrl-C does) and hold, with the kernel and its variables alive.",
    )
    .argument(RUN_ARGUMENT, RUN_HELP)
    .addHelpText("after", "\nExamples:\n  loopbook interrupt\n  loopbook interrupt run_x3")
    .action(async (wanted: string | undefined, options: SteeringOptions) => {
      await steer(
        context,
        wanted,
        { type: "interrupt" },
        { ...options, say: (run) => `${runLabel(run)} is being interrupted; then it holds.` },
      );
    });
}
