/** The questions of the notebook of a page: asked for once, then followed by the live channel. */
import type { AnswerQuestionBody, NewAnswer, Question, QuestionsView } from "../../api/questions.ts";
import { QuestionsClient } from "../../client/questions-client.ts";
import { randomToken } from "../../util/ids.ts";
import type { NotebookController } from "../notebook/controller.ts";
import { answerOf, api } from "../session/api.ts";
import type { Answer } from "../session/channel.ts";
import { createStore, type Store } from "../session/store.ts";
import { type Draft, EMPTY_DRAFT, type Given, isTouched } from "./question-draft.ts";
import { LOADING, loaded, openQuestions, type QuestionsState, taken } from "./questions-state.ts";

/** Open ones that are there ahead of who answers; more are fetched when so many are left. */
const AHEAD = 60;
const FETCH_BELOW = 30;
const REFRESH_MS = 400;

const models = new WeakMap<NotebookController, QuestionsModel>();

export function questionsOf(page: NotebookController): QuestionsModel {
  const known = models.get(page);
  if (known) return known;
  const made = new QuestionsModel(page);
  models.set(page, made);
  return made;
}

export class QuestionsModel {
  readonly state: Store<QuestionsState> = createStore(LOADING);
  /** What is being entered; it outlives the form, which is drawn only where one looks. */
  private readonly drafts = new Map<string, Store<Draft>>();
  private readonly page: NotebookController;
  private readonly client = new QuestionsClient(api);
  private refreshing: ReturnType<typeof setTimeout> | null = null;
  private hasMore = false;

  constructor(page: NotebookController) {
    this.page = page;
    page.model.channel.onMessage((message) => {
      if (message.type === "questions") {
        if (message.question === null) this.refreshSoon(0);
        else this.hear(message.question);
      }
      // What was asked while there was no connection.
      if (message.type === "hello" && this.state.get().status !== "loading") void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    const answer = await answerOf<QuestionsView>(
      this.client.ofNotebook(this.page.model.notebookId, { status: ["open"], limit: AHEAD }),
    );
    if (answer.ok) {
      this.hasMore = answer.value.more;
      this.set(loaded(this.state.get(), answer.value));
    } else if (this.state.get().status !== "there") this.set({ ...this.state.get(), status: "failed" });
  }

  /** One that a cell shows and the page does not know. @returns whether the server knows it. */
  async fetch(id: string): Promise<boolean> {
    const answer = await answerOf(this.client.get(id));
    if (answer.ok) this.take(answer.value);
    return answer.ok;
  }

  draft(id: string): Store<Draft> {
    const known = this.drafts.get(id) ?? createStore(EMPTY_DRAFT);
    this.drafts.set(id, known);
    return known;
  }

  /** The next item is there at once; @returns what the server says of the answer, when it is on its disk. */
  async answer(question: Question, given: Given): Promise<Answer<Question>> {
    const body: AnswerQuestionBody & NewAnswer = {
      ...given,
      ...{ id: randomToken(16), kind: given.kind === "default" ? "value" : given.kind },
      replaces: question.answer?.id ?? null,
    };
    const { id } = question;
    this.set({
      ...this.state.get(),
      sent: new Map(this.state.get().sent).set(id, body),
      returned: null,
      refused: null,
    });
    const answer = await this.send(id, body);
    const { last } = this.state.get();
    if (answer.ok) {
      this.drafts.delete(id);
      this.take(answer.value);
    }
    this.set({
      ...without(this.state.get(), id),
      last: answer.ok ? { id, answerId: body.id } : last,
      // What could not be sent is not passed over in silence.
      returned: answer.ok ? this.state.get().returned : id,
      refused: answer.ok ? this.state.get().refused : { id, given, message: answer.message },
    });
    if (!answer.ok && answer.code === "already-answered") await this.fetch(id);
    this.fetchAhead();
    return answer;
  }

  /** Takes the last answer back, or, where the pipeline has it, goes back to it. @returns what to tell. */
  async undo(): Promise<string | null> {
    const { last } = this.state.get();
    if (last === null) return "There is no answer of yours here to take back.";
    const answer = await answerOf(this.client.retract(last.id, last.answerId));
    if (answer.ok) this.take(answer.value);
    else await this.fetch(last.id);
    this.set({ ...this.state.get(), last: null, returned: last.id });
    return answer.ok ? null : answer.message;
  }

  goOn(): void {
    this.set({ ...this.state.get(), returned: null, refused: null });
  }

  expand(isExpanded: boolean): void {
    this.set({ ...this.state.get(), isExpanded });
  }

  /** The same again is the same answer: what got lost on the way is sent once more. */
  private async send(id: string, body: AnswerQuestionBody): Promise<Answer<Question>> {
    const first = await answerOf(this.client.answer(id, body));
    if (first.ok || first.code !== "server-unreachable") return first;
    await new Promise((resolve) => setTimeout(resolve, 700));
    return answerOf(this.client.answer(id, body));
  }

  private hear(question: Question): void {
    const { questions, returned, sent } = this.state.get();
    const before = questions.get(question.id);
    this.take(question);
    // Somebody else was quicker than who has begun to type: it stays there, and they are told.
    const draft = this.drafts.get(question.id);
    const isLost = draft !== undefined && isTouched(draft.get()) && !sent.has(question.id);
    if (before?.status === "open" && question.status !== "open" && isLost && returned === null)
      this.set({ ...this.state.get(), returned: question.id });
    if (before === undefined || question.asked.group !== undefined) this.refreshSoon(REFRESH_MS);
  }

  private fetchAhead(): void {
    if (this.hasMore && openQuestions(this.state.get()).length < FETCH_BELOW) this.refreshSoon(0);
  }

  private refreshSoon(delayMs: number): void {
    this.refreshing ??= setTimeout(() => {
      this.refreshing = null;
      void this.load();
    }, delayMs);
  }

  private take(question: Question): void {
    this.set(taken(this.state.get(), question));
  }

  private set(state: QuestionsState): void {
    this.state.set(state);
    const open = openQuestions(state).length;
    if (open > 0) void import("./question-banner.tsx").catch(() => undefined);
    this.page.openQuestions.set(open);
  }
}

function without(state: QuestionsState, id: string): QuestionsState {
  const sent = new Map(state.sent);
  sent.delete(id);
  return { ...state, sent };
}
