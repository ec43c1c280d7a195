import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { withLedger } from "../processes/ledger.ts";
import { tableLines } from "../terminal/progress-view.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description("List the kernels that notebooks can run on here, as Jupyter finds them.")
    .option("--json", "print them as JSON")
    .addHelpText("after", "\nExamples:\n  loopbook kernels\n  loopbook run train.ipynb -k python3")
    .action(async (options: { json?: true }) => {
      const { terminal } = context;
      const specs = await withLedger(context, (host) => host.kernelSpecs());
      if (options.json) {
        terminal.out(`${JSON.stringify(specs)}\n`);
      } else if (specs.length === 0) {
        terminal.err(
          "There is no kernel here. For Python: pip install ipykernel. `loopbook doctor` tells more.\n",
        );
        context.setExitCode(1);
      } else {
        const rows = specs.map((spec) => [spec.name, spec.language, spec.displayName, spec.resourceDir]);
        const lines = tableLines([["NAME", "LANGUAGE", "TITLE", "WHERE"], ...rows], terminal.columns());
        terminal.out(`${lines.join("\n")}\n`);
      }
    });
}
