import type { Command } from "commander";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { findRecord } from "../processes/ledger.ts";
import { type FoundRun, findLiveRun } from "../processes/live-runs.ts";
import {
  RUN_ARGUMENT,
  runLabel,
  type SteeringOptions,
  steer,
  steeringOptions,
} from "../processes/steering.ts";

interface ResumeOptions extends SteeringOptions {
  readonly from?: string;
  readonly detach?: true;
}

export function define(command: Command, context: CliContext): void {
  steeringOptions(command)
    .description(
      "Let a held run go on; or take up one that has ended, in its own output and with its parameters: in the kernel " +
        "that it had where that still lives (its process was killed: there it simply goes on, with every output; or the " +
        "local server has it: from the cell that failed); else from the " +
        "beginning in a new kernel, where holds before that cell count as approved.",
    )
    .argument(RUN_ARGUMENT, "its id, the beginning of it, or a notebook's path; default: the only live run")
    .option("--from <cell>", "from this cell (its number, id, name or tag) in the kernel with its variables")
    .option("--detach", "a run that has ended, or whose process was killed: leave it with the local server")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook resume\n  loopbook resume train.ipynb --from 7      # fixed cell 7: on from there, same kernel\n  loopbook resume run_x3                    # ended yesterday: again, by replay",
    )
    .action(async (wanted: string | undefined, options: ResumeOptions) => {
      const live = await liveRun(context, wanted);
      if (live === null) {
        const { takeUp } = await import("../run/take-up.ts");
        return takeUp(context, await findRecord(context, wanted), options);
      }
      const { from } = options;
      await steer(
        context,
        live.run.id,
        from === undefined
          ? { type: "resume" }
          : async (found) => ({ type: "rerun-from", cellId: await cellNamed(found, from) }),
        { ...options, say: (run) => `${runLabel(run)} goes on.` },
      );
    });
}

/** Null: the run that is named has ended; or is not known, which is told later. */
async function liveRun(context: CliContext, wanted: string | undefined): Promise<FoundRun | null> {
  try {
    return await findLiveRun(wanted, context.cwd, () => undefined);
  } catch (error) {
    const isUnknown = error instanceof LoopbookError && error.code === "no-live-run";
    if (isUnknown && wanted !== undefined) return null;
    throw error;
  }
}

async function cellNamed({ api, run }: FoundRun, wanted: string): Promise<string> {
  if (run.notebookId === null) throw new LoopbookError("no-such-cell", `${run.name} shows no notebook.`);
  const { liveCells } = await import("../processes/live-cells.ts");
  const { findCell } = await import("../find-cell.ts");
  const found = findCell(await liveCells(api, run.notebookId), wanted);
  if (!found.ok) throw new LoopbookError("no-such-cell", found.message);
  return found.id;
}
