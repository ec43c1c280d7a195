/** Which threads are shown, and in which order. Pure. */
import type { CommentThread } from "../../api/comments.ts";
import { mentionsOf } from "../../document/comments/comment-book.ts";

export type CommentFilter = "open" | "for-you" | "resolved";

export interface ThreadGroups {
  /** In the order of their cells, outputs after the cell itself. */
  readonly shown: readonly CommentThread[];
  /** Of cells that are not there any more. */
  readonly orphans: readonly CommentThread[];
}

export function threadsOf(
  threads: readonly CommentThread[],
  filter: CommentFilter,
  you: string,
  order: readonly string[],
): ThreadGroups {
  const chosen =
    filter === "for-you"
      ? mentionsOf(threads, you)
      : threads.filter(({ resolved }) => (resolved !== null) === (filter === "resolved"));
  const places = new Map(order.map((id, index) => [id, index]));
  const placeOf = ({ anchor }: CommentThread): number => places.get(anchor.cellId) ?? -1;
  const isThere = (thread: CommentThread): boolean => placeOf(thread) !== -1;
  const byPlace = (a: CommentThread, b: CommentThread): number =>
    placeOf(a) - placeOf(b) || (a.anchor.output ?? -1) - (b.anchor.output ?? -1);
  return {
    shown: chosen.filter(isThere).sort(byPlace),
    orphans: chosen.filter((thread) => !isThere(thread)),
  };
}
