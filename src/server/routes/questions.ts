import type { FastifyInstance, FastifyRequest } from "fastify";
import { answerQuestionBody, type QuestionsView, questionsQuery } from "../../api/questions.ts";
import type { Question, Questions } from "../../review/question.ts";
import { decidersText, mayAnswer } from "../../review/who-may-answer.ts";
import { LoopbookError } from "../../util/errors.ts";
import { NotebookId, RunId } from "../../util/ids.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";
import { reaches } from "../security/reach.ts";

interface ById {
  Params: { id: string };
}

interface ByAnswer {
  Params: { id: string; answer: string };
}

export function questionRoutes(app: FastifyInstance, context: ServerContext): void {
  app.get("/api/questions", { config: { needs: "look", reach: "checked" } }, async (request) => {
    const query = questionsQuery.parse(request.query);
    const notebookId = query.notebook === undefined ? undefined : NotebookId.of(query.notebook);
    const view = await viewOf(questionsOf(context), query, notebookId, request);
    const isSeen = reachOf(context, request);
    const seen = await Promise.all(view.questions.map(isSeen));
    const groups = await Promise.all(view.groups.map(({ runId }) => isSeen({ runId, notebookId: null })));
    return {
      ...view,
      questions: view.questions.filter((_, index) => seen[index]),
      groups: view.groups.filter((_, index) => groups[index]),
    } satisfies QuestionsView;
  });

  app.get<ById>("/api/notebooks/:id/questions", { config: { needs: "look" } }, (request) => {
    const { id } = sessionOf(context, request.params.id);
    return viewOf(questionsOf(context), questionsQuery.parse(request.query), id, request);
  });

  app.get<ById>("/api/questions/:id", { config: { needs: "look", reach: "checked" } }, (request) =>
    questionOf(context, request.params.id, request),
  );

  app.post<ById>(
    "/api/questions/:id/answers",
    { config: { needs: "look", reach: "checked" } },
    async (request): Promise<Question> => {
      const answer = answerQuestionBody.parse(request.body);
      const { id } = await toAnswer(context, request.params.id, request);
      return questionsOf(context).answer(id, answer, request.access.party);
    },
  );

  app.delete<ByAnswer>(
    "/api/questions/:id/answers/:answer",
    { config: { needs: "look", reach: "checked" } },
    async (request): Promise<Question> => {
      const { id } = await toAnswer(context, request.params.id, request);
      return questionsOf(context).retract(id, request.params.answer, request.access.party);
    },
  );
}

function questionsOf({ host }: ServerContext): Questions {
  if (host.questions) return host.questions;
  throw new LoopbookError("no-questions", "This server keeps no questions.");
}

async function viewOf(
  questions: Questions,
  { run, status, group, after, limit }: ReturnType<typeof questionsQuery.parse>,
  notebookId: NotebookId | undefined,
  request: FastifyRequest,
): Promise<QuestionsView> {
  const of = {
    ...(run !== undefined && { runId: RunId.of(run) }),
    ...(notebookId !== undefined && { notebookId }),
  };
  const [found, groups] = await Promise.all([
    questions.list({
      ...of,
      limit: limit + 1,
      ...(status !== undefined && { status }),
      ...(group !== undefined && { group }),
      ...(after !== undefined && { after }),
    }),
    questions.groups(of),
  ]);
  return {
    questions: found.slice(0, limit),
    groups: group === undefined ? groups : groups.filter((one) => one.group === group),
    more: found.length > limit,
    you: request.access.party.who,
  };
}

/** @throws LoopbookError `no-such-question`; also where a share does not reach its notebook. */
async function questionOf(context: ServerContext, id: string, request: FastifyRequest): Promise<Question> {
  const question = await questionsOf(context).get(id);
  if (question !== null && (await reachOf(context, request)(question))) return question;
  throw new LoopbookError("no-such-question", "There is no such question here (any more).");
}

async function toAnswer(context: ServerContext, id: string, request: FastifyRequest): Promise<Question> {
  const question = await questionOf(context, id, request);
  const { party, rights } = request.access;
  if (mayAnswer(question.asked, party, rights)) return question;
  throw new LoopbookError(
    "not-yours-to-answer",
    `${decidersText(question.asked)} This address lets you see it, not answer it.`,
  );
}

/** Whether who asks reaches the notebook in which a question stands, also when it is not open any more. */
function reachOf(
  { host }: ServerContext,
  { access }: FastifyRequest,
): (question: Pick<Question, "runId" | "notebookId">) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const find = async ({ runId, notebookId }: Pick<Question, "runId" | "notebookId">): Promise<boolean> => {
    const open = notebookId === null ? undefined : host.notebook(notebookId);
    if (open) return reaches(access, open.path);
    const run = (await host.runRecord(runId))?.snapshot;
    return reaches(access, run?.outputPath ?? run?.inputPath ?? null);
  };
  return (question) => {
    if (access.scope === undefined) return Promise.resolve(true);
    const answer = known.get(question.runId) ?? find(question);
    known.set(question.runId, answer);
    return answer;
  };
}
