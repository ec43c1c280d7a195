import type { Question } from "../../review/question.ts";
import { answeredText, answerText, overtakenAnswer } from "../../review/question-text.ts";
import { PartyMark } from "../parts/party-mark.tsx";
import { useNow } from "../session/hooks.ts";
import { formatAgo } from "../text/durations.ts";
import styles from "./questions.module.css";

interface AnsweredViewProps {
  readonly question: Question;
  readonly may: boolean;
  readonly onAgain: () => void;
}

/** What was answered, by whom, why, whether the pipeline has it, and what was answered before. */
export function AnsweredView({ question, may, onAgain }: AnsweredViewProps) {
  const { answer, answers, status, asked } = question;
  const now = useNow(15_000);
  if (status === "withdrawn")
    return <p className={styles.quiet}>Withdrawn: the run does not ask this any more.</p>;
  if (answer === null) return null;
  const overtaken = overtakenAnswer(question);
  const earlier = answers.filter(({ id }) => id !== answer.id);
  const isDefault = answer.kind === "default";
  const ago = formatAgo(now - answer.atMs, answer.atMs);
  return (
    <div className={styles.answered}>
      <p className={styles.given}>
        <PartyMark party={answer.by} small />
        <span>
          {isDefault ? "Nobody answered in time; the default was taken" : `${answer.by.displayName} answered`}{" "}
          <b className={styles.answer}>{answerText(answer)}</b>
          <time dateTime={new Date(answer.atMs).toISOString()} title={new Date(answer.atMs).toLocaleString()}>
            {" "}
            {ago === "now" ? "a moment ago" : ago}
          </time>
        </span>
      </p>
      {answer.comment !== null && <p className={styles.reason}>{answer.comment}</p>}
      <p className={styles.quiet}>
        {overtaken !== null
          ? `The pipeline went on before that: ${answeredText(overtaken)}. A later start of it sees this answer.`
          : status === "taken"
            ? "The pipeline has it."
            : "The pipeline has not fetched it yet."}
        {may && asked.form !== undefined && (
          <>
            {" "}
            <button type="button" className={styles.link} onClick={onAgain}>
              Answer differently
            </button>
          </>
        )}
      </p>
      {earlier.length > 0 && (
        <details className={styles.earlier}>
          <summary>{earlier.length === 1 ? "1 other answer" : `${earlier.length} other answers`}</summary>
          <ol>
            {earlier.map((one) => (
              <li key={one.id}>
                {answeredText(one)}
                {one.comment !== null && ` (${one.comment})`}
                {one.retractedAtMs !== undefined && ", taken back"}
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}
