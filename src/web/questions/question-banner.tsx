import { type ReactNode, useEffect } from "react";
import type { Question } from "../../review/question.ts";
import { valueText } from "../../review/question-text.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import banner from "../run/hold-banner.module.css";
import { useStore } from "../session/store.ts";
import { GroupCard } from "./group-card.tsx";
import { QuestionCard } from "./question-card.tsx";
import styles from "./questions.module.css";
import { questionsOf } from "./questions-model.ts";
import { openQuestions } from "./questions-state.ts";

interface QuestionBannerProps {
  /** The question that the run waits for; null: whatever is asked. */
  readonly id: string | null;
  /** Until it is known here. */
  readonly fallback: ReactNode;
}

/** What is asked, first on the page: whole where the run waits for it, on one line else; answered by the same keys. */
export function QuestionBanner({ id, fallback }: QuestionBannerProps) {
  const page = usePage();
  const model = questionsOf(page);
  const state = useStore(model.state);
  const open = openQuestions(state);
  const waited = id === null ? undefined : state.questions.get(id);
  const isMissing = id !== null && waited === undefined && state.status === "there";
  useEffect(() => {
    if (isMissing && id !== null) void model.fetch(id);
  }, [model, id, isMissing]);
  // What somebody went back to, or was overtaken at, stays until they leave it.
  const returned = state.returned === null ? undefined : state.questions.get(state.returned);
  const question = returned ?? waited ?? nextOf(open);
  if (question === undefined) return fallback;
  const leave = (): void => {
    model.goOn();
    model.expand(false);
    const { active } = page.ui.get();
    if (active !== null) page.select(active, { reveal: true });
  };
  const isBlocking = waited !== undefined && waited.status === "open";
  if (!(state.isExpanded || isBlocking)) {
    if (open.length === 0) return fallback;
    return (
      <section className={banner.banner} aria-label="A run asks">
        <div className={banner.text}>
          <h2>{valueText(question.asked.prompt)}</h2>
          <p className={banner.effect}>{waitText(open)}</p>
        </div>
        <div className={banner.actions}>
          <Button look="go" keys="Shift+Q" onClick={() => model.expand(true)}>
            Answer
          </Button>
        </div>
      </section>
    );
  }
  const { group } = question.asked;
  const shared = { autoFocus: state.isExpanded, ...(state.isExpanded && { onLeave: leave }) };
  return (
    <section
      className={`${banner.banner} ${styles.banner}`}
      aria-label={isBlocking ? "The run waits for an answer" : "A run asks"}
    >
      {group === undefined || isBlocking ? (
        <QuestionCard question={question} {...shared} />
      ) : (
        <GroupCard runId={question.runId} group={group} fallback={fallback} {...shared} />
      )}
    </section>
  );
}

/** Single questions first: a group is work for longer. */
function nextOf(open: readonly Question[]): Question | undefined {
  return open.find(({ asked }) => asked.group === undefined) ?? open[0];
}

function waitText(open: readonly Question[]): string {
  return open.length === 1
    ? "The run goes on meanwhile; it would like an answer."
    : `This and ${open.length - 1} more wait for an answer; the run goes on meanwhile.`;
}
