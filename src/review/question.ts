/**
 * What people are asked, and what they answered (design of review: forms, annotators, answers). A question is asked by a
 * run, stands in its notebook, and is answered by one person here; queues with many annotators put more answers behind
 * the same question, and a consensus in place of `answer`.
 */
import type { Party } from "../people/party.ts";
import type { AskedQuestion } from "../telemetry/facts.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { NotebookId, RunId } from "../util/ids.ts";
import type { JsonValue } from "../util/json.ts";

export type QuestionForm = AskedQuestion["form"];

/** `approve` … `ignore` are of approvals; other forms have `value` alone. */
export interface Answer {
  /** Made by who answers: the same again is the same answer. */
  readonly id: string;
  readonly by: Party;
  readonly atMs: number;
  readonly kind: "value" | "approve" | "change" | "respond" | "ignore" | "default";
  readonly value: JsonValue;
  readonly comment: string | null;
}

export type QuestionStatus = "open" | "answered" | "taken" | "expired" | "withdrawn";

export interface Question {
  /** `<runId>/<key>` */
  readonly id: string;
  readonly runId: RunId;
  readonly notebookId: NotebookId | null;
  readonly asked: AskedQuestion;
  readonly askedAtMs: number;
  readonly status: QuestionStatus;
  readonly answer: Answer | null;
  /** Every answer that was given, oldest first; a later one in place of the first needs a reason. */
  readonly answers: readonly Answer[];
  /** When the pipeline had it. */
  readonly takenAtMs: number | null;
}

/** Questions of this program. `worker/questions` implements it; each settles when it is durable. */
export interface Questions {
  /** The same key of the same run is the same question; returns it as it stands. */
  ask(
    runId: RunId,
    notebookId: NotebookId | null,
    asked: AskedQuestion,
    askedAtMs: number,
  ): Promise<Question>;
  get(id: string): Promise<Question | null>;
  list(filter: {
    readonly runId?: RunId;
    readonly notebookId?: NotebookId;
    readonly status?: readonly QuestionStatus[];
    readonly limit?: number;
  }): Promise<readonly Question[]>;
  /** @throws LoopbookError `no-such-question`, `already-answered`, `bad-answer`, `not-yours-to-answer`. */
  answer(id: string, answer: Omit<Answer, "by" | "atMs">, by: Party): Promise<Question>;
  taken(id: string, answerId: string, atMs: number): Promise<void>;
  withdraw(id: string): Promise<void>;
  onChange(listener: (question: Question) => void): Unsubscribe;
}
