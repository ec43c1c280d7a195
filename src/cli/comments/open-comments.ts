/** A notebook's comments, wherever it is: of the process that has it open, else from the disk through one of our own. */
import type { CommentThread } from "../../api/comments.ts";
import { CommentsClient } from "../../client/comments-client.ts";
import { HistoryClient } from "../../client/history-client.ts";
import type { CommentAnchor } from "../../document/comments/comment.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import { localParty } from "../../people/local-identity.ts";
import type { NotebookSession } from "../../usecases/notebook-session.ts";
import type { SessionComments } from "../../usecases/session-comments.ts";
import { LoopbookError } from "../../util/errors.ts";
import { randomToken } from "../../util/ids.ts";
import type { CliContext } from "../context.ts";
import { openElsewhere } from "../processes/open-elsewhere.ts";

export interface CommentsHere {
  threads(): Promise<readonly CommentThread[]>;
  /** The notebook as it is now, outputs too; its cells have ids. */
  notebook(): Promise<Notebook>;
  begin(anchor: CommentAnchor, text: string): Promise<CommentThread>;
  answer(thread: string, text: string): Promise<CommentThread>;
  settle(thread: string, resolved: boolean): Promise<CommentThread>;
}

/** @throws LoopbookError `notebook-unreadable`, `open-elsewhere`, `no-comments`, and what `use` throws. */
export async function withComments<T>(
  context: CliContext,
  path: string,
  use: (comments: CommentsHere) => Promise<T>,
): Promise<T> {
  const live = await openElsewhere(path);
  if (live !== null) {
    const { api, notebookId } = live;
    return use(remote(new CommentsClient(api, notebookId), new HistoryClient(api, notebookId)));
  }
  const { openHost } = await import("../local-program.ts");
  const host = await openHost("INFO", context);
  try {
    const session = await host.openNotebook(path);
    if (!session.comments) throw new LoopbookError("no-comments", "No comments of this notebook are kept.");
    return await use(local(session, session.comments));
  } finally {
    await host.close();
  }
}

const newId = (): string => randomToken(16);

function remote(comments: CommentsClient, history: HistoryClient): CommentsHere {
  return {
    threads: async () => (await comments.list()).threads,
    notebook: async () => (await history.notebook("now", { outputs: true })).notebook,
    begin: (anchor, text) => comments.add({ id: newId(), anchor, text }),
    answer: (thread, text) => comments.add({ id: newId(), thread, text }),
    settle: (thread, resolved) => comments.settle(thread, { resolved }),
  };
}

function local(session: NotebookSession, comments: SessionComments): CommentsHere {
  const me = localParty("cli");
  return {
    threads: () => comments.threads(),
    notebook: async () => {
      const { history } = session;
      if (!history) throw new LoopbookError("no-comments", "No comments of this notebook are kept.");
      return (await history.notebook("now")).keyed.notebook;
    },
    begin: (anchor, text) => comments.add({ id: newId(), thread: null, anchor, text }, me),
    answer: (thread, text) => comments.add({ id: newId(), thread, anchor: null, text }, me),
    settle: (thread, resolved) => comments.settle(thread, resolved, me),
  };
}
