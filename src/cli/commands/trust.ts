import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { TrustAnswer } from "../../api/trust.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { openElsewhere } from "../processes/open-elsewhere.ts";

interface TrustOptions {
  readonly revoke?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Let outputs with scripts that a notebook holds now run on the page, in frames that reach nothing else. What a " +
        "kernel makes here is trusted by itself; what a file brings is not, until somebody says so.",
    )
    .argument("<NOTEBOOK>")
    .option("--revoke", "none of them may run any more")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook trust report.ipynb\n  loopbook trust report.ipynb --revoke",
    )
    .action(async (notebook: string, { revoke }: TrustOptions) => {
      const path = absolutePath(context, notebook);
      if (!existsSync(path)) throw new LoopbookError("no-such-file", `There is no ${path}.`);
      const outputs = await decide(context, path, revoke !== true);
      context.terminal.out(
        revoke
          ? `${notebook}: no output with scripts runs any more, but what a kernel makes here from now on.\n`
          : `${notebook}: ${outputs} ${outputs === 1 ? "output" : "outputs"} with scripts may run.\n`,
      );
    });
}

/** By the process that has it open, else by one of our own. @returns how many outputs that are. */
async function decide(context: CliContext, path: string, trusted: boolean): Promise<number> {
  const live = await openElsewhere(path);
  if (live !== null) {
    const address = `/api/notebooks/${encodeURIComponent(live.notebookId)}/trust`;
    return (await live.api.send<TrustAnswer>("POST", address, { trusted })).outputs;
  }
  const { openHost } = await import("../local-program.ts");
  const host = await openHost("INFO", context);
  try {
    const session = await host.openNotebook(path);
    if (trusted) return (await host.trust?.trust(session)) ?? 0;
    await host.trust?.revoke(session);
    return 0;
  } finally {
    await host.close();
  }
}
