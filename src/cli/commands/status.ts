import type { Command } from "commander";
import { liveProcesses } from "../../server/registry.ts";
import type { CliContext } from "../context.ts";
import { addressOf } from "../processes/address.ts";
import { allLiveRuns } from "../processes/live-runs.ts";
import { serverLogFile } from "../processes/local-server.ts";
import { stateFolder } from "../state-folder.ts";
import { loopbookVersion } from "../version.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description("Tell which Loopbook processes of yours are running, and where.")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook status\n  loopbook status --json | jq -r '.processes[].url'",
    )
    .action(async (options: { json?: true }) => {
      const { terminal } = context;
      const processes = liveProcesses(stateFolder());
      if (options.json) {
        const shown = processes.map(({ token: _, ...entry }) => entry);
        terminal.out(
          `${JSON.stringify({ version: loopbookVersion(), stateFolder: stateFolder(), processes: shown })}\n`,
        );
        return;
      }
      const runs = await allLiveRuns((line) => terminal.err(`${line}\n`));
      const lines = [`Loopbook ${loopbookVersion()}, state in ${stateFolder()}`];
      for (const entry of processes) {
        const here = runs.filter(({ run, entry: { pid } }) => pid === entry.pid && run.endedAtMs === null);
        const what = entry.kind === "up" ? `Server of ${entry.folder}` : `Run in ${entry.folder}`;
        lines.push(
          `${what} (process ${entry.pid}): ${here.length} live ${here.length === 1 ? "run" : "runs"}`,
        );
        lines.push(`  ${addressOf(entry)}`);
      }
      if (processes.length === 0) lines.push("Nothing is running. `loopbook up` starts the local server.");
      if (processes.some(({ kind }) => kind === "up")) lines.push(`The server's log: ${serverLogFile()}`);
      terminal.out(`${lines.join("\n")}\n`);
    });
}
