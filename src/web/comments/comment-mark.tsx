import type { CellId } from "../../util/ids.ts";
import { usePage } from "../notebook/page-context.ts";
import { CommentIcon } from "../parts/icons.tsx";
import { useSelected } from "../session/store.ts";
import styles from "./comment-mark.module.css";

/** In the margin of a cell that people talk about: how many threads are open. */
export function CommentMarkButton({ id }: { id: CellId }) {
  const page = usePage();
  const mark = useSelected(page.commentMarks, (marks) => marks.get(id));
  if (mark === undefined) return null;
  const threads = mark.open === 1 ? "1 thread of comments" : `${mark.open} threads of comments`;
  const label = mark.forYou ? `${threads}, one names you` : threads;
  return (
    <button
      type="button"
      className={`${styles.mark} ${mark.forYou ? styles.forYou : ""}`}
      aria-label={label}
      title={label}
      onClick={() => page.showComments(id)}
    >
      <CommentIcon />
      {mark.open}
    </button>
  );
}
