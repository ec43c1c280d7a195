/** The comments of the notebook of a page: asked for once, then followed by the live channel. */
import type { CommentsView, CommentThread, Mentionable } from "../../api/comments.ts";
import { CommentsClient } from "../../client/comments-client.ts";
import { isThere, mentionsOf } from "../../document/comments/comment-book.ts";
import { randomToken } from "../../util/ids.ts";
import type { NotebookController } from "../notebook/controller.ts";
import { answerOf, api } from "../session/api.ts";
import { createStore, type Store } from "../session/store.ts";
import type { CommentMark } from "./comment-marks.ts";

export interface CommentsState {
  readonly status: "loading" | "there" | "failed";
  /** Why, when it failed. */
  readonly problem: string | null;
  readonly threads: readonly CommentThread[];
  readonly people: readonly Mentionable[];
  /** `who` of the reader. */
  readonly you: string;
}

const LOADING: CommentsState = { status: "loading", problem: null, threads: [], people: [], you: "" };

const models = new WeakMap<NotebookController, CommentsModel>();

export function commentsOf(page: NotebookController): CommentsModel {
  const known = models.get(page);
  if (known) return known;
  const made = new CommentsModel(page);
  models.set(page, made);
  return made;
}

export class CommentsModel {
  readonly state: Store<CommentsState> = createStore(LOADING);
  private readonly page: NotebookController;
  private readonly client: CommentsClient;

  constructor(page: NotebookController) {
    this.page = page;
    this.client = new CommentsClient(api, page.model.notebookId);
    page.model.channel.onMessage((message) => {
      if (message.type === "comments" && message.thread !== null) this.take(message.thread);
      // What was said while there was no connection.
      if (message.type === "hello" && this.state.get().status !== "loading") void this.load();
    });
    void this.load();
  }

  async load(): Promise<void> {
    const answer = await answerOf<CommentsView>(this.client.list());
    if (answer.ok) this.set({ status: "there", problem: null, ...answer.value });
    else if (this.state.get().status !== "there")
      this.set({ ...this.state.get(), status: "failed", problem: answer.message });
  }

  /** @returns what went wrong, in words; null: it is kept. */
  begin(cellId: string, output: number | null, text: string, id: string): Promise<string | null> {
    return this.done(this.client.add({ id, anchor: { cellId, output }, text }));
  }

  answer(thread: string, text: string, id: string): Promise<string | null> {
    return this.done(this.client.add({ id, thread, text }));
  }

  edit(id: string, text: string): Promise<string | null> {
    return this.done(this.client.edit(id, { text }));
  }

  remove(id: string): Promise<string | null> {
    return this.done(this.client.remove(id));
  }

  settle(thread: string, resolved: boolean): Promise<string | null> {
    return this.done(this.client.settle(thread, { resolved }));
  }

  private async done(call: Promise<CommentThread>): Promise<string | null> {
    const answer = await answerOf(call);
    if (!answer.ok) return answer.message;
    this.take(answer.value);
    return null;
  }

  private take(thread: CommentThread): void {
    const state = this.state.get();
    const at = state.threads.findIndex(({ id }) => id === thread.id);
    const threads = at === -1 ? [...state.threads, thread] : state.threads.with(at, thread);
    this.set({ ...state, threads: threads.filter(isThere), people: withWriters(state.people, thread) });
  }

  private set(state: CommentsState): void {
    this.state.set(state);
    this.page.commentMarks.set(marksOf(state));
  }
}

/** An id for what is being written, so that sending it again makes no second one. */
export const newCommentId = (): string => randomToken(16);

function withWriters(people: readonly Mentionable[], { comments }: CommentThread): readonly Mentionable[] {
  const more = comments.flatMap(({ by }) =>
    by.kind === "person" && !people.some(({ who }) => who === by.who)
      ? [{ who: by.who, displayName: by.displayName }]
      : [],
  );
  return more.length === 0 ? people : [...people, ...new Map(more.map((one) => [one.who, one])).values()];
}

export function marksOf({
  threads,
  you,
}: Pick<CommentsState, "threads" | "you">): ReadonlyMap<string, CommentMark> {
  const forYou = new Set(mentionsOf(threads, you));
  const marks = new Map<string, CommentMark>();
  for (const thread of threads) {
    if (thread.resolved !== null) continue;
    const { cellId } = thread.anchor;
    const before = marks.get(cellId);
    marks.set(cellId, {
      open: (before?.open ?? 0) + 1,
      forYou: (before?.forYou ?? false) || forYou.has(thread),
    });
  }
  return marks;
}
