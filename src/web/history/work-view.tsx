import { useState } from "react";
import type { HistoryEntry } from "../../api/history.ts";
import { CellId } from "../../util/ids.ts";
import { usePage } from "../notebook/page-context.ts";
import { Button } from "../parts/button.tsx";
import { useSession } from "../session/hooks.ts";
import { bringBack } from "./history-actions.ts";
import { timeText } from "./history-list.tsx";
import { actsText, authorText, type WorkItem } from "./timeline-items.ts";
import styles from "./work.module.css";

interface WorkViewProps {
  readonly work: WorkItem;
  readonly onRestored: () => void;
  /** Goes to a cell of the notebook. */
  readonly onGo: (cellId: string) => void;
}

/** What one author did in one go, cell by cell, newest first. */
export function WorkView({ work, onRestored, onGo }: WorkViewProps) {
  return (
    <div>
      <h3 className={styles.title}>
        {authorText(work.author)}
        <span className={styles.when}>
          {timeText(work.fromMs) === timeText(work.atMs)
            ? timeText(work.atMs)
            : `${timeText(work.fromMs)} – ${timeText(work.atMs)}`}
        </span>
      </h3>
      {work.entries.map((entry) => (
        <EntryView key={entry.seq} entry={entry} onRestored={onRestored} onGo={onGo} />
      ))}
    </div>
  );
}

function EntryView({ entry, onRestored, onGo }: { entry: HistoryEntry } & Omit<WorkViewProps, "work">) {
  const page = usePage();
  const { edit } = useSession((state) => state.rights);
  const [isBusy, setBusy] = useState(false);
  const { cellId } = entry;
  const position = page.ids().indexOf(CellId.of(cellId ?? ""));
  const isGone = cellId !== null && position === -1;
  const back = async (): Promise<void> => {
    setBusy(true);
    const done = await bringBack(page, entry);
    setBusy(false);
    if (done) onRestored();
  };
  return (
    <section className={styles.entry}>
      <header>
        <h4>
          {cellId === null ? (
            "The notebook"
          ) : isGone ? (
            "A cell that is gone"
          ) : (
            <button type="button" className={styles.go} onClick={() => onGo(cellId)}>
              Cell {position + 1}
            </button>
          )}
          <span className={styles.acts}>{actsText(entry)}</span>
        </h4>
        {edit && isGone && entry.deleted !== null && (
          <Button look="quiet" disabled={isBusy} onClick={() => void back()}>
            Bring it back
          </Button>
        )}
      </header>
      {entry.deleted !== null && isGone ? (
        <pre className={styles.deleted}>{entry.deleted.cell.source}</pre>
      ) : (
        <Text entry={entry} />
      )}
    </section>
  );
}

/** The pieces of text that were taken away and put in, in the order in which they stand. */
function Text({ entry }: { entry: HistoryEntry }) {
  const { text, added, removed } = entry;
  if (text === null) {
    if (added === 0 && removed === 0) return null;
    return (
      <p className={styles.counts}>
        {added} characters written, {removed} removed. The text itself is in the versions around it.
      </p>
    );
  }
  if (text.length === 0) return <p className={styles.counts}>In the end its text was as before.</p>;
  return (
    <ul className={styles.pieces}>
      {text.toReversed().map((change) => (
        <li key={change.at}>
          {change.removed !== "" && <del>{change.removed}</del>}
          {change.added !== "" && <ins>{change.added}</ins>}
        </li>
      ))}
    </ul>
  );
}
