/** The questions of all of a user's processes, and which process has the run that asks. */
import type { Question, QuestionsQuery } from "../../api/questions.ts";
import { QuestionsClient } from "../../client/questions-client.ts";
import { liveProcesses } from "../../server/registry.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";
import { connect } from "../processes/connect.ts";
import { stateFolder } from "../state-folder.ts";

export interface FoundQuestion {
  readonly client: QuestionsClient;
  readonly question: Question;
}

/** In the order in which they were asked; processes that do not answer are left out and told of. */
export async function findQuestions(
  query: QuestionsQuery,
  say: (line: string) => void,
): Promise<readonly FoundQuestion[]> {
  const asked = liveProcesses(stateFolder()).map(async (entry) => {
    const api = connect(entry);
    const client = new QuestionsClient(api);
    try {
      const [{ questions }, notebooks] = await Promise.all([client.list(query), api.notebooks()]);
      const here = new Set(notebooks.map(({ id }) => id));
      return questions.map((question) => ({
        ...{ client, question },
        isHere: question.notebookId !== null && here.has(question.notebookId),
      }));
    } catch (error) {
      say(messageOf(error));
      return [];
    }
  });
  const found = new Map<string, FoundQuestion & { readonly isHere: boolean }>();
  // All see what is kept; the one that has the notebook tells the pipeline at once.
  for (const one of (await Promise.all(asked)).flat())
    if (one.isHere || !found.has(one.question.id)) found.set(one.question.id, one);
  return [...found.values()].sort((a, b) => a.question.askedAtMs - b.question.askedAtMs);
}

/** By id, key, or the beginning of either; without one, the only one that is open. */
export function chooseQuestion(found: readonly FoundQuestion[], wanted: string | undefined): FoundQuestion {
  const of = (test: (text: string) => boolean) =>
    found.filter(({ question: { id, asked } }) => test(id) || test(asked.key));
  const open = found.filter(({ question }) => question.status === "open");
  const exact = wanted === undefined ? open : of((text) => text === wanted);
  const fits = exact.length > 0 || wanted === undefined ? exact : of((text) => text.startsWith(wanted));
  // The same key of several runs: the one that waits is meant.
  const waiting = fits.filter(({ question }) => question.status === "open");
  const [only, ...others] = waiting.length > 0 ? waiting : fits;
  if (only !== undefined && others.length === 0) return only;
  throw new LoopbookError(
    "no-such-question",
    only === undefined
      ? `There is no ${wanted === undefined ? "open question" : `question ${wanted}`}. \`loopbook questions\` lists what is asked.`
      : `Several questions fit; say which: ${[only, ...others]
          .slice(0, 10)
          .map(({ question }) => question.id)
          .join(", ")}.`,
    { exitCode: 2 },
  );
}
