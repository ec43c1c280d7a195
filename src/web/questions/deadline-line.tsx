import type { Question } from "../../review/question.ts";
import { valueText } from "../../review/question-text.ts";
import { useNow } from "../session/hooks.ts";
import { formatElapsed } from "../text/durations.ts";
import styles from "./questions.module.css";

/** By when, in how long, and what happens then. Counts seconds only in the last minutes. */
export function DeadlineLine({ asked }: { asked: Question["asked"] }) {
  const atMs = asked.deadline === undefined ? null : asked.deadline * 1_000;
  const isNear = atMs !== null && atMs - Date.now() < 600_000;
  const now = useNow(isNear ? 1_000 : 15_000, atMs !== null);
  if (atMs === null) return null;
  const then = asked.default === undefined ? null : `then “${valueText(asked.default, 60)}” is taken`;
  if (atMs <= now)
    return <span className={styles.late}>The time to answer is over{then ? `, ${then}` : ""}.</span>;
  const at = new Date(atMs).toLocaleString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(atMs - now > 43_200_000 && { day: "numeric", month: "short" }),
  });
  return (
    <span className={isNear ? styles.late : undefined}>
      By {at}, in {formatElapsed(atMs - now)}
      {then === null ? "." : `: ${then}.`}
    </span>
  );
}
