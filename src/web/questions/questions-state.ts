/** What a page knows of its notebook's questions. Pure. */
import type { GroupProgress, NewAnswer, Question, QuestionsView } from "../../api/questions.ts";
import type { Given } from "./question-draft.ts";

export interface QuestionsState {
  readonly status: "loading" | "there" | "failed";
  /** In the order in which they were asked: the open ones that come next, and those that this page saw answered. */
  readonly questions: ReadonlyMap<string, Question>;
  readonly groups: readonly GroupProgress[];
  /** Answers that are on their way, by question: as good as given, until the server says otherwise. */
  readonly sent: ReadonlyMap<string, NewAnswer>;
  /** What this page answered last, and may take back. */
  readonly last: { readonly id: string; readonly answerId: string } | null;
  /** What could not be sent, and why: nothing that was entered is lost. */
  readonly refused: { readonly id: string; readonly given: Given; readonly message: string } | null;
  /** A question that somebody went back to: it comes before those that are open. */
  readonly returned: string | null;
  /** The banner shows the form of what is asked, not only that something is. */
  readonly isExpanded: boolean;
}

export const LOADING: QuestionsState = {
  ...{ status: "loading", questions: new Map(), groups: [], sent: new Map(), last: null },
  ...{ refused: null, returned: null, isExpanded: false },
};

/** Settled ones that are kept to be shown; older ones are asked for when somebody looks. */
const MAX_SETTLED = 300;

/** The list that was asked for is what is open now; what was settled before stays known. */
export function loaded(state: QuestionsState, { questions, groups }: QuestionsView): QuestionsState {
  const open = new Map(questions.map((question) => [question.id, question]));
  const settled = [...state.questions.values()].filter(
    ({ id, status }) => status !== "open" && !open.has(id),
  );
  const shown = state.returned === null ? undefined : state.questions.get(state.returned);
  const known = [...settled.slice(-MAX_SETTLED), ...(shown ? [shown] : []), ...open.values()];
  return { ...state, status: "there", groups, questions: ordered(known) };
}

export function taken(state: QuestionsState, question: Question): QuestionsState {
  const before = state.questions.get(question.id);
  const { item } = before?.asked ?? {};
  // What was told without its item has the one that is known.
  const whole =
    question.asked.item === undefined && item !== undefined
      ? { ...question, asked: { ...question.asked, item } }
      : question;
  const questions = new Map(state.questions);
  questions.set(question.id, whole);
  return {
    ...state,
    questions: before === undefined ? ordered([...questions.values()]) : questions,
    groups: before === undefined ? state.groups : counted(state.groups, before, question),
  };
}

function counted(
  groups: readonly GroupProgress[],
  before: Question,
  now: Question,
): readonly GroupProgress[] {
  const isOpen = ({ status }: Question): number => (status === "open" ? 1 : 0);
  const change = isOpen(now) - isOpen(before);
  if (change === 0) return groups;
  return groups.map((one) =>
    one.runId === now.runId && one.group === now.asked.group
      ? { ...one, open: one.open + change, answered: one.answered - change }
      : one,
  );
}

/** What this page takes for open: without what it has just answered. */
export function openQuestions({ questions, sent }: QuestionsState): readonly Question[] {
  return [...questions.values()].filter(({ id, status }) => status === "open" && !sent.has(id));
}

export function progressOf(state: QuestionsState, runId: string, group: string): GroupProgress | null {
  const known = state.groups.find((one) => one.runId === runId && one.group === group);
  if (known === undefined) return null;
  const onTheWay = [...state.sent.keys()].filter((id) => {
    const question = state.questions.get(id);
    return question?.status === "open" && question.runId === runId && question.asked.group === group;
  }).length;
  return { ...known, open: known.open - onTheWay, answered: known.answered + onTheWay };
}

/** The one of a group to answer now; null: none is left. */
export function currentOf(state: QuestionsState, runId: string, group: string): Question | null {
  const returned = state.returned === null ? undefined : state.questions.get(state.returned);
  if (returned?.runId === runId && returned.asked.group === group && !state.sent.has(returned.id))
    return returned;
  return openQuestions(state).find((one) => one.runId === runId && one.asked.group === group) ?? null;
}

/** Keys sort as questions were asked: by time, then as the server listed them. */
function ordered(questions: readonly Question[]): ReadonlyMap<string, Question> {
  const sorted = [...questions].sort((a, b) => a.askedAtMs - b.askedAtMs);
  return new Map(sorted.map((question) => [question.id, question]));
}
