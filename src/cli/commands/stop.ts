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
import { stateFolder } from "../state-folder.ts";

interface StopOptions extends SteeringOptions {
  readonly now?: true;
  readonly wait?: true;
  readonly kernel?: string;
}

export function define(command: Command, context: CliContext): void {
  steeringOptions(command)
    .description("Stop a run: the running cell is interrupted, everything is saved, the kernel ends.")
    .argument(RUN_ARGUMENT, RUN_HELP)
    .option("--now", "do not wait for the cell to heed the interrupt")
    .option("--wait", "return when the run has ended")
    .option("--kernel <id>", "instead, end a kernel that outlived its process (`loopbook ps --kernels`)")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook stop\n  loopbook stop train.ipynb --wait\n  loopbook stop run_x3 --now\n  loopbook stop --kernel kernel_4f",
    )
    .action(async (wanted: string | undefined, options: StopOptions) => {
      if (options.kernel !== undefined) {
        const { endHeldKernel } = await import("../../worker/held-kernels.ts");
        const id = await endHeldKernel(stateFolder(), options.kernel);
        context.terminal.err(`${id} has ended.\n`);
        return;
      }
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
