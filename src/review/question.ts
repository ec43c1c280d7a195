/**
 * What people are asked, and what they answered (design of review: forms, annotators, answers). A question is asked by a
 * run, stands in its notebook, and is answered by one person here; queues with many annotators put more answers behind
 * the same question, and a consensus in place of `answer`. What becomes of a question is decided in
 * `decide-question.ts`.
 */
import type { Party } from "../people/party.ts";
import type { AskedQuestion } from "../telemetry/facts.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { NotebookId, RunId } from "../util/ids.ts";
import type { JsonValue } from "../util/json.ts";

export type QuestionForm = AskedQuestion["form"];

/** `approve` … `ignore` are of approvals; other forms have `value` alone. */
export interface Answer {
  /** Made by who answers: the same again is the same answer. The default's is `default`. */
  readonly id: string;
  readonly by: Party;
  readonly atMs: number;
  readonly kind: "value" | "approve" | "change" | "respond" | "ignore" | "default";
  readonly value: JsonValue;
  readonly comment: string | null;
  /** The answer in whose place it was given. */
  readonly replaces?: string | null;
  /** Taken back by who gave it, before the pipeline had it. */
  readonly retractedAtMs?: number;
}

/** What somebody sends; who and when, the server says. */
export type NewAnswer = Omit<Answer, "by" | "atMs" | "retractedAtMs">;

/** `answered`: the pipeline does not have it yet. */
export type QuestionStatus = "open" | "answered" | "taken" | "withdrawn";

export interface Question {
  /** `<runId>/<key>` */
  readonly id: string;
  readonly runId: RunId;
  readonly notebookId: NotebookId | null;
  readonly asked: AskedQuestion;
  readonly askedAtMs: number;
  readonly status: QuestionStatus;
  /** The one in force: the newest that was not taken back. */
  readonly answer: Answer | null;
  /** Every answer that was given, oldest first; one that comes after the pipeline had another needs a reason. */
  readonly answers: readonly Answer[];
  /** When the pipeline had it. */
  readonly takenAtMs: number | null;
  /** Which one the pipeline went on with; another than `answer` where that one came later. */
  readonly takenAnswerId: string | null;
}

export interface QuestionFilter {
  readonly runId?: RunId;
  readonly notebookId?: NotebookId;
  readonly status?: readonly QuestionStatus[];
  readonly group?: string;
  readonly key?: string;
  /** Questions that were asked behind this one, by id. */
  readonly after?: string;
  /** Default 1,000. */
  readonly limit?: number;
}

/** How far the questions of one call of `ask_many` are. */
export interface GroupProgress {
  readonly runId: RunId;
  readonly group: string;
  readonly total: number;
  readonly open: number;
  /** Answered, whether the pipeline has it or not. */
  readonly answered: number;
  readonly taken: number;
}

/** Questions of this program. `worker/questions` implements it; each settles when it is durable. */
export interface Questions {
  /**
   * The same key of the same run is the same question; returns it as it stands.
   * @throws LoopbookError `bad-question`, `too-many-questions`.
   */
  ask(
    runId: RunId,
    notebookId: NotebookId | null,
    asked: AskedQuestion,
    askedAtMs: number,
  ): Promise<Question>;
  get(id: string): Promise<Question | null>;
  /** In the order in which they were asked. */
  list(filter: QuestionFilter): Promise<readonly Question[]>;
  groups(filter: Pick<QuestionFilter, "runId" | "notebookId">): Promise<readonly GroupProgress[]>;
  /**
   * An answer to a question that has one says which one it replaces.
   * @throws LoopbookError `no-such-question`, `already-answered`, `answer-needs-reason`, `question-withdrawn`,
   *   `bad-answer`, `not-yours-to-answer`.
   */
  answer(id: string, answer: NewAnswer, by: Party): Promise<Question>;
  /** The question is open again. @throws LoopbookError `no-such-question`, `answer-taken`, `not-yours-to-answer`. */
  retract(id: string, answerId: string, by: Party): Promise<Question>;
  /** The pipeline has this answer. What it is told twice counts once. */
  taken(id: string, answerId: string, atMs: number): Promise<void>;
  withdraw(id: string): Promise<void>;
  onChange(listener: (question: Question) => void): Unsubscribe;
  close(): Promise<void>;
}
