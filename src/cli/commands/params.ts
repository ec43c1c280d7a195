import type { Command } from "commander";
import type { RunSnapshot } from "../../runs/run.ts";
import { randomToken } from "../../util/ids.ts";
import type { CliContext } from "../context.ts";
import { assignmentsOf, splitAssignments } from "../options/assignments.ts";
import { findLiveRun } from "../processes/live-runs.ts";
import { RUN_ARGUMENT, runLabel, sendCommand, waitUntil } from "../processes/steering.ts";
import { tableLines } from "../terminal/progress-view.ts";

export function define(command: Command, context: CliContext): void {
  command
    .usage("[RUN] [NAME=VALUE…] [options]")
    .description(
      "Show a live run's parameters, or change them: taken at the next cell boundary, recorded with who and why.",
    )
    .argument(
      `${RUN_ARGUMENT.slice(0, -1)}-or-NAME=VALUE...]`,
      "the run (may be left out when one is live), then changes",
    )
    .option("-m, --reason <text>", "why; kept in the run's record")
    .option("--wait", "return when the run has taken the change")
    .option("--json", "print the run as JSON")
    .addHelpText(
      "after",
      '\nExamples:\n  loopbook params\n  loopbook params lr=0.01 -m "loss rises"\n  loopbook params train.ipynb lr=0.01 layers="[64, 32]" --wait',
    )
    .action(async (words: readonly string[], options: { reason?: string; wait?: true; json?: true }) => {
      const { terminal } = context;
      const { rest, assignments } = splitAssignments(words);
      const found = await findLiveRun(rest[0], context.cwd, (line) => terminal.err(`${line}\n`));
      let run = found.run;
      if (assignments.length > 0) {
        const changeId = `change_${randomToken(8)}`;
        const values = assignmentsOf(assignments, run.parameters);
        run = await sendCommand(found, {
          type: "set-parameters",
          changeId,
          values,
          reason: options.reason ?? null,
        });
        if (options.wait)
          run = await waitUntil(
            context,
            found,
            run,
            (now) => !now.stagedChanges.some(({ id }) => id === changeId),
          );
        if (!options.json) terminal.out(`${changeText(run, changeId)}\n`);
      } else if (!options.json) {
        terminal.out(`${parameterLines(run, terminal.columns()).join("\n")}\n`);
      }
      if (options.json) terminal.out(`${JSON.stringify(run)}\n`);
    });
}

function changeText(run: RunSnapshot, changeId: string): string {
  const isStaged = run.stagedChanges.some(({ id }) => id === changeId);
  return `${runLabel(run)} ${isStaged ? "takes the change at the next cell boundary" : "has taken the change"}.`;
}

function parameterLines(run: RunSnapshot, columns: number): string[] {
  const names = [...new Set([...run.parameters.map(({ name }) => name), ...Object.keys(run.values)])];
  if (names.length === 0) return [`${runLabel(run)} has no parameters.`];
  const rows = names.map((name) => {
    const spec = run.parameters.find((parameter) => parameter.name === name);
    const value = Object.hasOwn(run.values, name)
      ? JSON.stringify(run.values[name])
      : (spec?.defaultSource ?? "");
    const staged = run.stagedChanges.findLast(({ values }) => Object.hasOwn(values, name));
    const next = staged === undefined ? "" : `→ ${JSON.stringify(staged.values[name])} at the next cell`;
    return [name, value, next, spec?.help ?? ""];
  });
  return tableLines(rows, columns);
}
