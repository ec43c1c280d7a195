import type { ReactNode } from "react";
import { progressText } from "../../review/question-bundle.ts";
import { usePage } from "../notebook/page-context.ts";
import { useStore } from "../session/store.ts";
import { QuestionCard } from "./question-card.tsx";
import styles from "./questions.module.css";
import { questionsOf } from "./questions-model.ts";
import { currentOf, progressOf } from "./questions-state.ts";

interface GroupCardProps {
  readonly runId: string;
  readonly group: string;
  /** For a group that the server does not know. */
  readonly fallback: ReactNode;
  readonly autoFocus?: boolean;
  readonly onLeave?: () => void;
}

/** Many questions as one: how far they are, and the one to answer now. The next is there before the key is up. */
export function GroupCard({ runId, group, fallback, autoFocus = false, onLeave }: GroupCardProps) {
  const state = useStore(questionsOf(usePage()).state);
  const progress = progressOf(state, runId, group);
  if (progress === null)
    return state.status === "loading" ? <div aria-busy="true">{fallback}</div> : fallback;
  const current = currentOf(state, runId, group);
  const done = progress.total - progress.open;
  const head = (
    <div className={styles.progress}>
      <progress value={done} max={progress.total} aria-label={`Questions of ${group}`} />
      <span>{progressText(progress)}</span>
    </div>
  );
  const shown =
    current ??
    [...state.questions.values()].findLast(
      (one) => one.runId === runId && one.asked.group === group && one.answer !== null,
    );
  if (shown === undefined || (current === null && progress.open > 0))
    return (
      <div className={styles.card} aria-busy={progress.open > 0}>
        {head}
      </div>
    );
  // One card for all: the focus stays where it is while the questions pass.
  return (
    <QuestionCard
      question={shown}
      head={head}
      isOfMany
      place={done + 1}
      autoFocus={autoFocus}
      {...(onLeave && { onLeave })}
    />
  );
}
