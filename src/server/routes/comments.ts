import type { FastifyInstance } from "fastify";
import {
  addCommentBody,
  type CommentsView,
  type CommentThread,
  editCommentBody,
  settleThreadBody,
} from "../../api/comments.ts";
import type { SessionComments } from "../../usecases/session-comments.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { ServerContext } from "../context.ts";
import { sessionOf } from "../notebook-view.ts";

interface ById {
  Params: { id: string };
}

interface ByComment {
  Params: { id: string; comment: string };
}

export function commentRoutes(app: FastifyInstance, context: ServerContext): void {
  const commentsOf = (id: string): SessionComments => {
    const { comments } = sessionOf(context, id);
    if (comments) return comments;
    throw new LoopbookError(
      "no-comments",
      "Comments of this notebook cannot be kept: it has no file, or it lives in another server.",
    );
  };

  app.get<ById>("/api/notebooks/:id/comments", { config: { needs: "look" } }, async (request) => {
    const comments = commentsOf(request.params.id);
    const [threads, people] = await Promise.all([comments.threads(), comments.people()]);
    return { threads, people, you: request.access.party.who } satisfies CommentsView;
  });

  app.post<ById>("/api/notebooks/:id/comments", { config: { needs: "look" } }, async (request, reply) => {
    const { id, thread, anchor, text } = addCommentBody.parse(request.body);
    const wanted = { id, thread: thread ?? null, anchor: anchor ?? null, text };
    const added = await commentsOf(request.params.id).add(wanted, request.access.party);
    return reply.code(201).send(added satisfies CommentThread);
  });

  app.put<ByComment>(
    "/api/notebooks/:id/comments/:comment",
    { config: { needs: "look" } },
    (request): Promise<CommentThread> => {
      const { text } = editCommentBody.parse(request.body);
      const { id, comment } = request.params;
      return commentsOf(id).edit(comment, text, request.access.party);
    },
  );

  app.delete<ByComment>(
    "/api/notebooks/:id/comments/:comment",
    { config: { needs: "look" } },
    (request): Promise<CommentThread> => {
      const { party, share, rights } = request.access;
      const { id, comment } = request.params;
      // Who holds the server's own token, and may do everything, keeps order.
      const anybody = share === undefined && rights.edit;
      return commentsOf(id).remove(comment, party, { anybody });
    },
  );

  app.put<{ Params: { id: string; thread: string } }>(
    "/api/notebooks/:id/comments/:thread/resolved",
    { config: { needs: "look" } },
    (request): Promise<CommentThread> => {
      const { resolved } = settleThreadBody.parse(request.body);
      const { id, thread } = request.params;
      return commentsOf(id).settle(thread, resolved, request.access.party);
    },
  );
}
