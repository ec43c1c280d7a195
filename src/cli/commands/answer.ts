import type { Command } from "commander";
import { LoopbookError } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import type { CliContext } from "../context.ts";
import { allLiveRuns } from "../processes/live-runs.ts";
import { runLabel, type SteeringOptions, steer, steeringOptions } from "../processes/steering.ts";

interface AnswerOptions extends SteeringOptions {
  readonly run?: string;
  readonly reason?: string;
  readonly replace?: true;
}

export function define(command: Command, context: CliContext): void {
  steeringOptions(command)
    .description(
      "Answer what a run asks: a question of its pipeline (`loopbook questions` lists them), or a cell's input(). " +
        "Without TEXT the answer is read from the terminal or the pipe.",
    )
    .argument(
      "[QUESTION]",
      "its id or key, or the beginning of it; left out: what the only waiting run or open question asks",
    )
    .argument(
      "[TEXT]",
      "the answer: a choice or its number (#2), several with commas, text, a number, JSON; of an approval: approve, " +
        "ignore, `change VALUE`, `respond WORDS`; `-` or nothing: read one line",
    )
    .option("--run <RUN>", "which run, when the input() of several waits")
    .option("--reason <TEXT>", "why; needed where the pipeline went on with another answer")
    .option("--replace", "in place of an answer that stands there")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook answer yes\n  loopbook answer release-14 no --reason 'The test set leaked.'\n  loopbook answer lower-rate 'change 0.01'\n  loopbook answer --run train.ipynb 0.05\n  pass show api-key | loopbook answer -",
    )
    .action(async (first: string | undefined, second: string | undefined, options: AnswerOptions) => {
      if (second === undefined && (options.run !== undefined || (await isInputAwaited(context)))) {
        await answerInput(context, first, options);
        return;
      }
      const { findQuestions, chooseQuestion } = await import("../questions/live-questions.ts");
      const found = await findQuestions({ limit: 1_000 }, (line) => context.terminal.err(`${line}\n`));
      if (second === undefined && found.length === 0) {
        await answerInput(context, first, options);
        return;
      }
      const { client, question } = chooseQuestion(found, second === undefined ? undefined : first);
      const { readAnswer } = await import("../questions/read-answer.ts");
      const typed = second ?? first;
      const text =
        typed === undefined || typed === "-" ? await ask(context, `${question.asked.prompt} `, false) : typed;
      const given = readAnswer(question.asked, text, options.reason ?? null);
      const replaces = options.replace ? (question.answer?.id ?? null) : null;
      const answered = await client.answer(question.id, {
        ...given,
        ...{ id: randomToken(16), kind: given.kind === "default" ? "value" : given.kind, replaces },
      });
      if (options.json) context.terminal.out(`${JSON.stringify(answered)}\n`);
      else context.terminal.out(`${question.asked.prompt.split("\n")[0]} has its answer.\n`);
    });
}

async function isInputAwaited({ terminal }: CliContext): Promise<boolean> {
  const runs = await allLiveRuns((line) => terminal.err(`${line}\n`));
  return runs.some(({ run }) => run.endedAtMs === null && run.hold?.kind === "input");
}

async function answerInput(
  context: CliContext,
  text: string | undefined,
  options: AnswerOptions,
): Promise<void> {
  await steer(
    context,
    options.run,
    async ({ run }) => {
      const { hold } = run;
      if (hold?.kind !== "input" || hold.inputId === null) {
        throw new LoopbookError("no-such-input", `${runLabel(run)} asks nothing now.`);
      }
      const value = text === undefined || text === "-" ? await ask(context, hold.what, hold.password) : text;
      return { type: "answer-input", inputId: hold.inputId, value };
    },
    { ...options, say: (run) => `${runLabel(run)} has its answer.` },
  );
}

async function ask(context: CliContext, prompt: string, password: boolean): Promise<string> {
  const { askLine } = await import("../terminal/ask-line.ts");
  return askLine({ prompt: context.terminal.inIsTty ? prompt : "", hidden: password });
}
