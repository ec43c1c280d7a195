import type { Command } from "commander";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { runLabel, type SteeringOptions, steer, steeringOptions } from "../processes/steering.ts";

export function define(command: Command, context: CliContext): void {
  steeringOptions(command)
    .description(
      "Answer what a cell's input() asks. Without TEXT the answer is read from the terminal or the pipe.",
    )
    .argument("[TEXT]", "the answer; `-` or nothing: read one line")
    .option("--run <RUN>", "which run, when several are live")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook answer yes\n  loopbook answer --run train.ipynb 0.05\n  pass show api-key | loopbook answer -",
    )
    .action(async (text: string | undefined, options: SteeringOptions & { run?: string }) => {
      await steer(
        context,
        options.run,
        async ({ run }) => {
          const { hold } = run;
          if (hold?.kind !== "input" || hold.inputId === null) {
            throw new LoopbookError("no-such-input", `${runLabel(run)} asks nothing now.`);
          }
          const value =
            text === undefined || text === "-" ? await ask(context, hold.what, hold.password) : text;
          return { type: "answer-input", inputId: hold.inputId, value };
        },
        { ...options, say: (run) => `${runLabel(run)} has its answer.` },
      );
    });
}

async function ask(context: CliContext, prompt: string, password: boolean): Promise<string> {
  const { askLine } = await import("../terminal/ask-line.ts");
  return askLine({ prompt: context.terminal.inIsTty ? prompt : "", hidden: password });
}
