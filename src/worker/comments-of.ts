/** Makes the comments of a notebook that is being opened. */
import type { CommentStore } from "../document/comments/comment-store.ts";
import type { NotebookSession } from "../usecases/notebook-session.ts";
import { NotebookComments, type NotebookCommentsOptions } from "./notebook-comments.ts";
import type { NotebookHistory } from "./notebook-history.ts";

interface Process extends Pick<NotebookCommentsOptions, "clock" | "logger"> {
  /** Null: nothing is kept. */
  readonly comments: CommentStore | null;
}

interface Opened extends Pick<NotebookCommentsOptions, "id" | "live"> {
  readonly history: NotebookHistory;
  /** Absent until it is open. */
  readonly session: () => NotebookSession | undefined;
}

export function commentsOf(
  { comments: store, clock, logger }: Process,
  { id, live, history, session }: Opened,
): { readonly comments?: NotebookComments } {
  if (store === null) return {};
  const comments = new NotebookComments({
    ...{ id, live, store, clock, logger },
    authors: async () => (await history.entries()).map(({ author }) => author),
    keepRoom: async () => {
      session()?.keep();
      await session()?.durable();
    },
    isKept: () => history.isKept,
  });
  return { comments };
}

/** A kernel that dies by itself is noted, whoever looks on. */
export function noteDeaths(session: NotebookSession): void {
  session.on((event) => {
    if (event.type !== "kernel" || event.kernel.state !== "dead") return;
    const { death } = event.kernel;
    if (death !== null && death.reason !== "shut-down")
      session.comments?.noteKernel("died", null, death.reason);
  });
}
