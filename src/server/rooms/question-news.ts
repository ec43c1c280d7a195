/**
 * What a notebook's page is told of questions: each that changed, as long as they are few; of many at once (a run that
 * asks about thousands of items) only that there are, and the page asks for as many as it shows.
 */
import type { LiveMessage } from "../../api/live.ts";
import type { Question, Questions } from "../../review/question.ts";
import type { Clock } from "../../util/clock.ts";
import type { Unsubscribe } from "../../util/emitter.ts";
import type { NotebookId } from "../../util/ids.ts";

type QuestionMessage = Extract<LiveMessage, { type: "questions" }>;

const WINDOW_MS = 200;
const MAX_IN_WINDOW = 20;
/** A bigger item is asked for by who shows it. */
const MAX_ITEM_CHARACTERS = 20_000;

export interface QuestionNewsOptions {
  readonly questions: Pick<Questions, "onChange"> | undefined;
  readonly notebookId: NotebookId;
  readonly clock: Clock;
  tell(message: QuestionMessage): void;
}

/** @returns ends it. */
export function followQuestions({ questions, notebookId, clock, tell }: QuestionNewsOptions): Unsubscribe {
  let told = 0;
  let cancel: Unsubscribe | null = null;
  const stop = questions?.onChange((question) => {
    if (question.notebookId !== notebookId) return;
    told += 1;
    if (told > MAX_IN_WINDOW) {
      // The window is longer for who goes on: told once, at its end.
      cancel?.();
      cancel = clock.schedule(WINDOW_MS, () => {
        [told, cancel] = [0, null];
        tell({ type: "questions", question: null });
      });
      return;
    }
    cancel ??= clock.schedule(WINDOW_MS, () => {
      [told, cancel] = [0, null];
    });
    tell({ type: "questions", question: small(question) });
  });
  return () => {
    cancel?.();
    stop?.();
  };
}

function small(question: Question): Question | null {
  const { item, ...asked } = question.asked;
  if (item === undefined) return question;
  // What is known of it stays known; what is new and big is asked for.
  if (question.answers.length > 0) return { ...question, asked };
  return JSON.stringify(item).length > MAX_ITEM_CHARACTERS ? null : question;
}
