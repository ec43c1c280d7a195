/**
 * A question as an output of its cell: live on our page, which asks for it by its id; readable in every other program.
 * Pure. `group`: of one call of `ask_many`, which has one cell for all its questions, with the one to answer now.
 */
import { QUESTION_MIME } from "../telemetry/faces.ts";
import type { JsonObject, JsonValue } from "../util/json.ts";
import type { GroupProgress, Question } from "./question.ts";
import { answeredText, deadlineText, overtakenAnswer, valueText } from "./question-text.ts";
import { decidersText } from "./who-may-answer.ts";

export interface QuestionBundle {
  readonly data: { [mime: string]: JsonValue };
  readonly metadata: JsonObject;
}

/** What the cell holds: a question without its item, which stands in the other forms and with the server. */
export type QuestionFace = Question & { readonly progress?: GroupProgress };

export function questionBundle(question: Question, progress?: GroupProgress): QuestionBundle {
  return {
    data: {
      [QUESTION_MIME]: faceOf(question, progress),
      "text/html": html(question, progress),
      "text/markdown": markdown(question, progress),
      "text/plain": lines(question, progress).join("\n"),
    },
    metadata: {},
  };
}

function faceOf(question: Question, progress?: GroupProgress): JsonValue {
  const { item: _, ...asked } = question.asked;
  return JSON.parse(JSON.stringify({ ...question, asked, ...(progress && { progress }) })) as JsonValue;
}

export function progressText({ total, open }: Pick<GroupProgress, "total" | "open">): string {
  return open === 0 ? `All ${total} answered` : `${total - open} of ${total} answered`;
}

function lines(question: Question, progress?: GroupProgress): readonly string[] {
  const { asked, answer, status } = question;
  const head = progress === undefined ? [] : [progressText(progress)];
  const all = [...head, asked.prompt, ...itemText(question), ...choiceLines(question)];
  if (asked.proposed !== undefined) all.push(`Proposed: ${valueText(asked.proposed)}`);
  if (status === "withdrawn") return [...all, "Withdrawn: the run does not ask this any more."];
  if (answer === null) {
    const who = (asked.people ?? []).length > 0 ? [decidersText(asked)] : [];
    return [...all, ...who, deadlineText(question)];
  }
  const reason = answer.comment ? [`Why: ${answer.comment}`] : [];
  const before = overtakenAnswer(question);
  const went = before === null ? [] : [`The pipeline went on before that: ${answeredText(before)}`];
  return [...all, answeredText(answer), ...reason, ...went];
}

function choiceLines({ asked }: Question): readonly string[] {
  if (asked.form === "approval") return ["Approve, change, respond or ignore."];
  return (asked.choices ?? []).slice(0, 50).map((choice, index) => `${index + 1}. ${valueText(choice)}`);
}

function itemText({ asked }: Question): readonly string[] {
  const data = asked.item?.data ?? {};
  const text = data["text/markdown"] ?? data["text/plain"];
  return typeof text === "string" ? [text.slice(0, 4_000)] : [];
}

function markdown(question: Question, progress?: GroupProgress): string {
  return lines(question, progress)
    .map((line) => (line === question.asked.prompt ? `**${escapeMarkdown(line)}**` : line))
    .join("\n\n");
}

const escapeMarkdown = (text: string): string => text.replace(/[\\`*_[\]<>]/g, "\\$&");

function html(question: Question, progress?: GroupProgress): string {
  const image = itemImage(question);
  const text = lines(question, progress).map((line) =>
    line === question.asked.prompt ? `<p><b>${escapeHtml(line)}</b></p>` : `<p>${escapeHtml(line)}</p>`,
  );
  return [...text.slice(0, progress ? 2 : 1), ...image, ...text.slice(progress ? 2 : 1)].join("\n");
}

function itemImage({ asked }: Question): readonly string[] {
  const data = asked.item?.data ?? {};
  for (const mime of ["image/png", "image/jpeg", "image/webp", "image/gif"]) {
    const value = data[mime];
    if (typeof value !== "string" || !/^[A-Za-z0-9+/=\s]*$/.test(value)) continue;
    return [`<p><img alt="Item" src="data:${mime};base64,${value.replace(/\s/g, "")}"></p>`];
  }
  return [];
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one);
