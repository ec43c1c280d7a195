import type { HistoryEntry } from "../../api/history.ts";
import { authorKey } from "../../document/history/author.ts";
import { Button } from "../parts/button.tsx";
import { formatAgo } from "../text/durations.ts";
import { AuthorMark } from "./author-mark.tsx";
import styles from "./history.module.css";
import { authorText } from "./timeline-items.ts";

/** Of one cell: who changed it last, and who else did. */
export function WhoWrote({ entries, onAll }: { entries: readonly HistoryEntry[] | null; onAll: () => void }) {
  const [last, ...earlier] = entries ?? [];
  const authors = [...new Map((entries ?? []).map(({ author }) => [authorKey(author), author])).values()];
  return (
    <div className={styles.blame}>
      {entries !== null && last === undefined && <p>Nobody has changed this cell since its history began.</p>}
      {last !== undefined && (
        <>
          <p>
            Last edited by <b>{authorText(last.author)}</b>{" "}
            <time dateTime={new Date(last.toMs).toISOString()} title={new Date(last.toMs).toLocaleString()}>
              {formatAgo(Date.now() - last.toMs, last.toMs)}
            </time>
            {earlier.length > 0 && `; ${earlier.length} earlier`}
          </p>
          <ul aria-label="Everybody who changed it">
            {authors.map((author) => (
              <li key={authorKey(author)}>
                <AuthorMark author={author} /> {authorText(author)}
              </li>
            ))}
          </ul>
        </>
      )}
      <Button look="quiet" onClick={onAll}>
        All cells
      </Button>
    </div>
  );
}
