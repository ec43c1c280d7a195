/**
 * The contract of comments on cells and outputs. Who writes one is who the server verified; a request names nobody.
 * Looking on is enough to comment, since who is asked for their opinion need not be able to change anything.
 */
import { z } from "zod";
import type { Comment, CommentThread } from "../document/comments/comment.ts";
import type { Mentionable } from "../document/comments/mentions.ts";

export type { Comment, CommentThread, Mentionable };

/** `GET /api/notebooks/{id}/comments` → `CommentsView`. All threads, in the order in which they were begun. */
export interface CommentsView {
  readonly threads: readonly CommentThread[];
  /** Who was here, and can be named with `@`. */
  readonly people: readonly Mentionable[];
  /** Who asks. */
  readonly you: string;
}

const text = z.string().max(20_000);

/**
 * `POST /api/notebooks/{id}/comments` → 201 `CommentThread`. Answers in `thread`, or begins one at `anchor`. The id is
 * the client's, 8 to 40 of [0-9a-z]: the same again is the same comment. It is on disk when this answers.
 */
export const addCommentBody = z.object({
  id: z.string(),
  thread: z.string().optional(),
  anchor: z
    .object({ cellId: z.string().min(1).max(200), output: z.number().int().min(0).max(100_000).nullable() })
    .optional(),
  text,
});
export type AddCommentBody = z.infer<typeof addCommentBody>;

/** `PUT /api/notebooks/{id}/comments/{comment}` → `CommentThread`. Another text for a comment of one's own. */
export const editCommentBody = z.object({ text });
export type EditCommentBody = z.infer<typeof editCommentBody>;

/**
 * `DELETE /api/notebooks/{id}/comments/{comment}` → `CommentThread`. One's own; whoever holds the server's own token may
 * delete anybody's. A thread of which all are deleted is gone.
 */

/** `PUT /api/notebooks/{id}/comments/{thread}/resolved` → `CommentThread`. Resolves a thread, or opens it again. */
export const settleThreadBody = z.object({ resolved: z.boolean() });
export type SettleThreadBody = z.infer<typeof settleThreadBody>;
