import type { Command } from "commander";
import type { RunSnapshot } from "../../runs/run.ts";
import type { CliContext } from "../context.ts";
import { allLiveRuns } from "../processes/live-runs.ts";
import { tableLines } from "../terminal/progress-view.ts";
import { durationText } from "../terminal/text.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "List the live runs of all your terminals and of the local server, and kernels whose process is gone.",
    )
    .option("--kernels", "instead, all kernels that outlive their process, and when those that are alone end")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook ps\n  loopbook ps --json | jq -r '.[].id'\n  loopbook ps --kernels",
    )
    .action(async (options: { json?: true; kernels?: true }) => {
      const { terminal } = context;
      if (options.kernels) {
        const { listHeldKernels } = await import("../processes/held-kernels.ts");
        listHeldKernels(context, options.json === true);
        return;
      }
      const found = await allLiveRuns((line) => terminal.err(`${line}\n`));
      const live = found.filter(({ run }) => run.endedAtMs === null);
      if (options.json) {
        const list = live.map(({ run, entry }) => ({ ...run, pid: entry.pid, url: entry.url }));
        terminal.out(`${JSON.stringify(list)}\n`);
        return;
      }
      const { tellAloneKernels } = await import("../processes/held-kernels.ts");
      if (live.length === 0) {
        terminal.err("No run is live. `loopbook runs` lists those that ended.\n");
        tellAloneKernels(context);
        return;
      }
      const rows = live.map(({ run, entry }) => runRow(run, entry.url, Date.now()));
      const lines = tableLines(
        [["RUN", "NAME", "STATE", "STEP", "TIME", "WHERE"], ...rows],
        terminal.columns(),
      );
      terminal.out(`${lines.join("\n")}\n`);
      tellAloneKernels(context);
    });
}

function runRow(run: RunSnapshot, url: string, nowMs: number): string[] {
  const place = `${Math.min(run.stepsDone + 1, run.stepsTotal)}/${run.stepsTotal}`;
  const why = run.hold === null ? url : run.hold.what;
  return [run.id, run.name, run.status, place, durationText(nowMs - run.startedAtMs), why];
}
