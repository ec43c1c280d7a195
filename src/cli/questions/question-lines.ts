/** A question as lines of a terminal. Pure. */
import type { Question } from "../../review/question.ts";
import { answeredText, deadlineText, valueText } from "../../review/question-text.ts";
import { decidersText } from "../../review/who-may-answer.ts";

export function questionLines({ id, asked, status, answer, takenAnswerId }: Question): readonly string[] {
  const lines = [`${asked.prompt.split("\n")[0] ?? ""}`, `  ${id}`];
  const text = asked.item?.data["text/plain"];
  if (typeof text === "string")
    lines.push(
      ...text
        .split("\n")
        .slice(0, 6)
        .map((line) => `  | ${line}`),
    );
  if (asked.proposed !== undefined) lines.push(`  proposed: ${valueText(asked.proposed)}`);
  if (status === "withdrawn") return [...lines, "  withdrawn"];
  if (answer !== null) {
    const why = answer.comment === null ? "" : ` (${answer.comment})`;
    return [...lines, `  ${answeredText(answer)}${why}${takenAnswerId === answer.id ? ", taken" : ""}`];
  }
  if ((asked.people ?? []).length > 0) lines.push(`  ${decidersText(asked)}`);
  const choices = (asked.choices ?? []).slice(0, 20).map((choice) => valueText(choice, 40));
  const how = asked.form === "approval" ? ["approve", "change VALUE", "respond WORDS", "ignore"] : choices;
  if (how.length > 0) lines.push(`  answers: ${how.join(", ")}`);
  return [...lines, `  ${deadlineText({ asked })}`];
}
