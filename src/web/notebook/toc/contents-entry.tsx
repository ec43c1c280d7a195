import { memo } from "react";
import { ChevronIcon } from "../../parts/icons.tsx";
import { useIsFolded } from "../folding/use-folding.ts";
import styles from "./contents.module.css";
import type { OutlineEntry, SectionState } from "./outline.ts";

const STATES: Readonly<Record<SectionState, string>> = {
  failed: "failed",
  waits: "waits for somebody",
  running: "running",
  queued: "queued",
  done: "has run",
};

interface ContentsEntryProps {
  readonly entry: OutlineEntry;
  readonly state: SectionState | null;
  readonly isCurrent: boolean;
  /** Where the Tab key stops; the arrows go on from there. */
  readonly isStop: boolean;
  readonly numbered: boolean;
  readonly onGo: (entry: OutlineEntry) => void;
  readonly onFold: (entry: OutlineEntry, folded: boolean) => void;
}

export const ContentsEntry = memo(function ContentsEntry(props: ContentsEntryProps) {
  const { entry, state, isCurrent, isStop, numbered, onGo, onFold } = props;
  const folded = useIsFolded(entry.cellId, "section") && entry.folds;
  const hasMore = entry.end > entry.index + 1;
  return (
    <li className={styles.entry} style={{ paddingLeft: `${Math.min(entry.depth, 4) * 12}px` }}>
      {entry.folds && hasMore ? (
        <button
          type="button"
          tabIndex={-1}
          className={`${styles.fold} ${folded ? styles.folded : ""}`}
          aria-expanded={!folded}
          aria-label={`${folded ? "Unfold" : "Fold"} ${entry.text}`}
          onClick={() => onFold(entry, !folded)}
        >
          <ChevronIcon />
        </button>
      ) : (
        <span className={styles.fold} />
      )}
      <button
        type="button"
        data-entry=""
        tabIndex={isStop ? 0 : -1}
        className={styles.link}
        title={entry.text}
        {...(isCurrent ? { "aria-current": "location" } : {})}
        onClick={() => onGo(entry)}
      >
        {numbered && <span className={styles.number}>{entry.number}</span>}
        <span className={styles.text}>{entry.text}</span>
        {state !== null && (
          <span className={`${styles.state} ${styles[state]}`} title={STATES[state]}>
            <span className="visually-hidden">, {STATES[state]}</span>
          </span>
        )}
      </button>
    </li>
  );
});
