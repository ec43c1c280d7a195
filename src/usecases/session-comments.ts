/** Comments on an open notebook's cells and outputs. `worker/` implements it. */
import type { CommentAnchor, CommentThread, KernelAct } from "../document/comments/comment.ts";
import type { Mentionable } from "../document/comments/mentions.ts";
import type { Party } from "../people/party.ts";
import type { Unsubscribe } from "../util/emitter.ts";

export interface NewComment {
  /** Made by who writes; the same again is the same comment. */
  readonly id: string;
  /** A thread to answer in; null: `anchor` begins one. */
  readonly thread: string | null;
  readonly anchor: CommentAnchor | null;
  readonly text: string;
}

export interface SessionComments {
  /** In the order in which they were begun. */
  threads(): Promise<readonly CommentThread[]>;
  /** Who can be named in one: people who were here. */
  people(): Promise<readonly Mentionable[]>;
  /** Oldest first. */
  kernelActs(): Promise<readonly KernelAct[]>;
  /**
   * Each settles when it is on disk.
   * @throws LoopbookError `bad-comment`, `no-such-comment`, `no-such-cell`, `too-many-comments`, `comment-not-kept`.
   */
  add(comment: NewComment, by: Party): Promise<CommentThread>;
  /** Of one's own. @throws LoopbookError as `add` does, `not-your-comment`. */
  edit(id: string, text: string, by: Party): Promise<CommentThread>;
  /** Of one's own; `anybody`: of whoever. */
  remove(id: string, by: Party, options?: { readonly anybody?: boolean }): Promise<CommentThread>;
  settle(thread: string, resolved: boolean, by: Party): Promise<CommentThread>;
  /** Kept when there is a room; nobody waits for it. */
  noteKernel(act: KernelAct["act"], by: Party | null, note?: string): void;
  /** A thread came or changed; null: the kernel's acts did. */
  onChange(listener: (thread: CommentThread | null) => void): Unsubscribe;
}
