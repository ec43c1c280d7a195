/** A question, its choices and its answer in words, for cells, timeline and terminal. Pure. */
import type { JsonValue } from "../util/json.ts";
import type { Answer, Question } from "./question.ts";

/** One value on one line. */
export function valueText(value: JsonValue, maxLength = 200): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

/** `yes`, `approved`, `changed to 0.1`: what was answered, without who. */
export function answerText({ kind, value }: Pick<Answer, "kind" | "value">): string {
  switch (kind) {
    case "approve":
      return "approved";
    case "change":
      return `changed to ${valueText(value)}`;
    case "respond":
      return `responded: ${valueText(value)}`;
    case "ignore":
      return "ignored";
    case "value":
    case "default":
      if (Array.isArray(value))
        return value.length === 0 ? "none" : value.map((one) => valueText(one)).join(", ");
      return valueText(value) || "(empty)";
  }
}

/** `Ana answered: yes`. */
export function answeredText(answer: Pick<Answer, "kind" | "value" | "by">): string {
  if (answer.kind === "default")
    return `Nobody answered in time; the default was taken: ${answerText(answer)}`;
  const did = answer.kind === "value" ? `answered: ${answerText(answer)}` : answerText(answer);
  return `${answer.by.displayName} ${did}`;
}

/** What happens if nobody answers. */
export function deadlineText({ asked }: Pick<Question, "asked">): string {
  if (asked.deadline === undefined) return "It waits as long as it takes.";
  const by = `${new Date(asked.deadline * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return asked.default === undefined
    ? `To be answered by ${by}.`
    : `If nobody answers by ${by}: ${valueText(asked.default)}.`;
}

/** The one that the pipeline went on with, where a later one stands in force. */
export function overtakenAnswer({ answer, answers, takenAnswerId }: Question): Answer | null {
  if (takenAnswerId === null || answer === null || answer.id === takenAnswerId) return null;
  return answers.find(({ id }) => id === takenAnswerId) ?? null;
}
