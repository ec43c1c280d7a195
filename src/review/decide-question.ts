/**
 * What becomes of a question. Pure: the question as it stands and what happened in, the question as it is then out.
 * Expected races are values. The same event again changes nothing, so that answers may be sent, and what the pipeline
 * says of them may be read, more than once.
 */
import type { Party } from "../people/party.ts";
import type { AskedQuestion } from "../telemetry/facts.ts";
import { assertNever } from "../util/assert-never.ts";
import type { NotebookId, RunId } from "../util/ids.ts";
import { checkAnswer } from "./check-answer.ts";
import type { Answer, Question } from "./question.ts";
import { decidersText, isNamed } from "./who-may-answer.ts";

export type QuestionEvent =
  | { readonly type: "answer"; readonly answer: Answer }
  | { readonly type: "retract"; readonly answerId: string; readonly by: Party; readonly atMs: number }
  | { readonly type: "taken"; readonly answerId: string; readonly atMs: number }
  /** Time has come so far. */
  | { readonly type: "time"; readonly atMs: number }
  | { readonly type: "withdraw" };

export type QuestionRefusal =
  | "already-answered"
  | "answer-needs-reason"
  | "answer-taken"
  | "question-withdrawn"
  | "bad-answer"
  | "not-yours-to-answer";

/** The same object where nothing changes. */
export type QuestionOutcome =
  | { readonly ok: true; readonly question: Question }
  | { readonly ok: false; readonly code: QuestionRefusal; readonly message: string };

/** A default is taken once a question: its answer's id says which it is, whoever finds that its time has come. */
export const DEFAULT_ANSWER = "default";

export const questionId = (runId: RunId, key: string): string => `${runId}/${key}`;

export function newQuestion(
  runId: RunId,
  notebookId: NotebookId | null,
  asked: AskedQuestion,
  askedAtMs: number,
): Question {
  return {
    id: questionId(runId, asked.key),
    ...{ runId, notebookId, asked, askedAtMs },
    ...{ status: "open", answer: null, answers: [], takenAtMs: null, takenAnswerId: null },
  };
}

/** The same key again is the question as it stands; one that was withdrawn and is asked anew is open again. */
export function askAgain(known: Question, asked: Question): Question {
  if (known.status !== "withdrawn" || asked.askedAtMs <= known.askedAtMs) return known;
  return { ...asked, answers: known.answers };
}

/** When the default is taken, in milliseconds; null: never. */
export function defaultDueMs({ status, asked }: Question): number | null {
  if (status !== "open" || asked.default === undefined || asked.deadline === undefined) return null;
  return asked.deadline * 1_000;
}

export function decideQuestion(question: Question, event: QuestionEvent): QuestionOutcome {
  switch (event.type) {
    case "answer":
      return answered(question, event.answer);
    case "retract":
      return retracted(question, event);
    case "taken":
      return ok(taken(question, event.answerId, event.atMs));
    case "time": {
      const dueMs = defaultDueMs(question);
      return ok(dueMs !== null && dueMs <= event.atMs ? withDefault(question, dueMs) : question);
    }
    case "withdraw":
      return ok(question.status === "taken" ? question : { ...question, status: "withdrawn" });
    default:
      return assertNever(event);
  }
}

function answered(question: Question, answer: Answer): QuestionOutcome {
  const { asked, answer: current } = question;
  if (question.answers.some(({ id }) => id === answer.id)) return ok(question);
  if (!isNamed(asked, answer.by))
    return refused("not-yours-to-answer", `${decidersText(asked)} This address is not theirs.`);
  if (question.status === "withdrawn")
    return refused("question-withdrawn", "The run does not ask this any more; no answer is needed.");
  const checked = checkAnswer(asked, answer);
  if (!checked.ok) return refused("bad-answer", checked.message);
  if (current !== null && answer.replaces !== current.id) {
    const who =
      current.id === DEFAULT_ANSWER ? "The default was taken" : `${current.by.displayName} answered`;
    return refused("already-answered", `${who} a moment ago. What you entered was not sent.`);
  }
  if (question.status === "taken" && (answer.comment ?? "").trim() === "")
    return refused(
      "answer-needs-reason",
      "The pipeline has gone on with the answer before. Another one is recorded beside it, with a reason: say why.",
    );
  const given = { ...answer, value: checked.value };
  return ok({
    ...question,
    status: question.status === "taken" ? "taken" : "answered",
    answer: given,
    answers: [...question.answers, given],
  });
}

function retracted(
  question: Question,
  { answerId, by, atMs }: Extract<QuestionEvent, { type: "retract" }>,
): QuestionOutcome {
  const given = question.answers.find(({ id }) => id === answerId);
  if (given?.retractedAtMs !== undefined) return ok(question);
  if (given === undefined || question.answer?.id !== answerId)
    return refused("already-answered", "Another answer stands there now; yours is not in force any more.");
  if (given.by.who !== by.who)
    return refused(
      "not-yours-to-answer",
      `${given.by.displayName} gave that answer. Give another one instead.`,
    );
  if (question.status !== "answered")
    return refused(
      "answer-taken",
      "The pipeline has that answer already. Another one can be given, with a reason; it is recorded and shown.",
    );
  const { asked } = question;
  const isOver = asked.deadline !== undefined && asked.deadline * 1_000 <= atMs;
  if (asked.default !== undefined && (isOver || question.answers.some(({ id }) => id === DEFAULT_ANSWER)))
    return refused("answer-taken", "The time to answer is over; give another answer in place of this one.");
  const answers = question.answers.map((one) =>
    one.id === answerId ? { ...one, retractedAtMs: atMs } : one,
  );
  return ok({ ...question, status: "open", answer: null, answers });
}

/** What the pipeline says of an answer is so, also where it was taken back or replaced while that was on its way. */
function taken(question: Question, answerId: string, atMs: number): Question {
  // Read again, it must not bring back an earlier one.
  if (question.takenAtMs !== null && (question.takenAnswerId === answerId || atMs <= question.takenAtMs))
    return question;
  const known = question.answers.find(({ id }) => id === answerId);
  if (known === undefined) {
    const { asked } = question;
    // A pipeline without its server takes the default by itself when its time has come.
    if (answerId !== DEFAULT_ANSWER || asked.default === undefined) return question;
    return taken(
      withDefault(question, asked.deadline === undefined ? atMs : asked.deadline * 1_000),
      answerId,
      atMs,
    );
  }
  return {
    ...question,
    status: "taken",
    answer: question.answer ?? known,
    takenAtMs: atMs,
    takenAnswerId: answerId,
  };
}

function withDefault(question: Question, atMs: number): Question {
  const { runId, asked } = question;
  const answer: Answer = {
    id: DEFAULT_ANSWER,
    by: { kind: "pipeline", who: runId, using: "deadline", displayName: "Default" },
    atMs,
    kind: "default",
    value: asked.default ?? null,
    comment: null,
  };
  const isOpen = question.answer === null;
  return {
    ...question,
    status: isOpen ? "answered" : question.status,
    answer: question.answer ?? answer,
    answers: [...question.answers, answer],
  };
}

const ok = (question: Question): QuestionOutcome => ({ ok: true, question });
const refused = (code: QuestionRefusal, message: string): QuestionOutcome => ({ ok: false, code, message });
