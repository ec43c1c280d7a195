/**
 * The contract of what runs ask people. Whoever may look sees a question; who may answer it, `review/who-may-answer.ts`
 * says: the people that it names, else whoever may run things. Who answers is who the server verified.
 */
import { z } from "zod";
import type { GroupProgress, NewAnswer, Question } from "../review/question.ts";
import { jsonValue } from "./http.ts";

export type { GroupProgress, NewAnswer, Question };

export const QUESTION_STATUSES = ["open", "answered", "taken", "withdrawn"] as const;

const several = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((value) => [value]), z.array(one)]).optional();

/**
 * `GET /api/questions?run=&notebook=&status=&group=&after=&limit=` → `QuestionsView`: of all runs, or of one; in the
 * order in which they were asked. `status` may come several times. `after`: the id of the last question that one has.
 */
export const questionsQuery = z.object({
  run: z.string().optional(),
  notebook: z.string().optional(),
  status: several(z.enum(QUESTION_STATUSES)),
  group: z.string().optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
export type QuestionsQuery = z.input<typeof questionsQuery>;

/** `GET /api/notebooks/{id}/questions` (the same query) → `QuestionsView`: of one open notebook. */
export interface QuestionsView {
  readonly questions: readonly Question[];
  /** Of each call of `ask_many`, how far it is. */
  readonly groups: readonly GroupProgress[];
  /** There may be more behind the last one. */
  readonly more: boolean;
  /** Who asks this, as answers name them. */
  readonly you: string;
}

/** `GET /api/questions/{id}` → `Question`. Ids hold a slash: `/` is written `%2F`. */

/**
 * `POST /api/questions/{id}/answers` → `Question`, when the answer is on disk. `id` is made by the client, 8 to 40 of
 * [0-9a-z]: the same again is the same answer. `replaces`: the id of the answer that the sender saw, where there is one;
 * another one stands there: 409 `already-answered`. `comment`: why; needed once the pipeline went on.
 */
export const answerQuestionBody = z.object({
  id: z.string().regex(/^[0-9a-z]{8,40}$/),
  kind: z.enum(["value", "approve", "change", "respond", "ignore"]).default("value"),
  value: jsonValue.default(null),
  comment: z.string().max(10_000).nullable().default(null),
  replaces: z.string().nullable().default(null),
});
export type AnswerQuestionBody = z.input<typeof answerQuestionBody>;

/** `DELETE /api/questions/{id}/answers/{answer}` → `Question`, open again: one's own, as long as the pipeline does not have it. */
