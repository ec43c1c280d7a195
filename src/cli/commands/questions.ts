import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { findQuestions } from "../questions/live-questions.ts";
import { questionLines } from "../questions/question-lines.ts";

interface QuestionsOptions {
  readonly run?: string;
  readonly all?: true;
  readonly json?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description("What runs ask people and nobody has answered yet, the oldest first.")
    .option("--run <RUN>", "of this run only, by its id")
    .option("--all", "answered ones, too")
    .option("--json", "print them as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook questions\n  loopbook questions --all --json\n  loopbook answer release-14 yes",
    )
    .action(async ({ run, all, json }: QuestionsOptions) => {
      const { terminal } = context;
      const query = {
        limit: 1_000,
        ...(run !== undefined && { run }),
        ...(!all && { status: ["open" as const] }),
      };
      const found = await findQuestions(query, (line) => terminal.err(`${line}\n`));
      if (json) terminal.out(`${JSON.stringify(found.map(({ question }) => question))}\n`);
      else if (found.length === 0)
        terminal.err(`Nothing is asked now.${all ? "" : " --all shows what was."}\n`);
      for (const [index, { question }] of json ? [] : found.entries())
        terminal.out(`${index === 0 ? "" : "\n"}${questionLines(question).join("\n")}\n`);
    });
}
