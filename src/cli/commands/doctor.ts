import type { Command } from "commander";
import type { CliContext } from "../context.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Tell what of this machine works, and what to do about the rest. Every kernel is really started.",
    )
    .option("--no-kernels", "do not start kernels")
    .option("--json", "print the findings as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook doctor\n  loopbook doctor --json | jq '.[] | select(.state != \"works\")'",
    )
    .action(async (options: { kernels: boolean; json?: true }) => {
      const { examine } = await import("../doctor/examine.ts");
      const { terminal } = context;
      const colours = terminal.outColours;
      const marks = { works: colours.green("✓"), warning: colours.yellow("!"), broken: colours.red("✗") };
      const findings = [];
      for await (const finding of examine(context, options.kernels)) {
        findings.push(finding);
        if (options.json) continue;
        terminal.out(`${marks[finding.state]} ${finding.what}: ${finding.found}\n`);
        if (finding.advice !== null) terminal.out(`    → ${finding.advice}\n`);
      }
      if (options.json) terminal.out(`${JSON.stringify(findings)}\n`);
      if (findings.some(({ state }) => state === "broken")) context.setExitCode(1);
    });
}
