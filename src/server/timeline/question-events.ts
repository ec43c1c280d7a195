/** What became of a question, as events of its notebook's timeline. Pure. */
import type { TimelineEvent } from "../../api/timeline.ts";
import type { HistoryAuthor } from "../../document/history/author.ts";
import type { Answer, Question } from "../../review/question.ts";
import { answerText, valueText } from "../../review/question-text.ts";
import { keyOf } from "./timeline-events.ts";

export function questionEvents(question: Question): readonly TimelineEvent[] {
  const { id, runId, asked, askedAtMs, answers } = question;
  const run: HistoryAuthor = { kind: "pipeline", who: runId, using: "ask", displayName: "Pipeline" };
  const base = { kind: "question", cellId: null, runId, ordinal: null, version: null } as const;
  const prompt = valueText(asked.prompt, 120);
  const event = (
    atMs: number,
    what: string,
    more: Pick<TimelineEvent, "by" | "text" | "reason" | "tone">,
  ) => ({
    ...base,
    ...more,
    key: keyOf(atMs, `question ${id} ${what}`),
    atMs,
  });
  const given = answers.flatMap((answer) => [
    event(answer.atMs, `answer ${answer.id}`, {
      by: answer.by,
      text: `${didText(answer)} “${prompt}”`,
      reason: answer.comment,
      tone: "ok",
    }),
    ...(answer.retractedAtMs === undefined
      ? []
      : [
          event(answer.retractedAtMs, `retract ${answer.id}`, {
            by: answer.by,
            text: `Took back the answer to “${prompt}”`,
            reason: null,
            tone: "plain",
          }),
        ]),
  ]);
  return [
    event(askedAtMs, "asked", { by: run, text: `Asks “${prompt}”`, reason: null, tone: "hold" }),
    ...given,
  ];
}

function didText(answer: Answer): string {
  const said = answerText(answer);
  if (answer.kind === "default") return `Nobody answered in time; took the default ${said} for`;
  const again = answer.replaces ? "Answered anew" : "Answered";
  return `${again} “${valueText(said, 120)}” to`;
}
