import { useEffect, useRef, useState } from "react";
import { askedLog } from "../outputs/stored/asked-log.ts";
import { IconButton } from "../parts/button.tsx";
import { ChevronIcon, CloseIcon, DownIcon, UpIcon } from "../parts/icons.tsx";
import { useSession } from "../session/hooks.ts";
import styles from "./find-bar.module.css";
import { FindSwitches, FindWhere } from "./find-options.tsx";
import { usePage, useUi } from "./page-context.ts";
import { ReplaceRow } from "./replace/replace-row.tsx";
import { useLongHits } from "./use-long-hits.ts";
import { useMarks } from "./use-marks.ts";
import { type Search, useSearch } from "./use-search.ts";

/**
 * Search over source and outputs of the whole notebook, also over what is not drawn, and replacing in its sources.
 * Ctrl F again is the browser's.
 */
export function FindBar() {
  const page = usePage();
  const asked = useUi((ui) => ui.find);
  const canEdit = useSession((state) => state.rights.edit);
  const search = useSearch();
  const [replaces, setReplaces] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { query, result, at, now, problem } = search;

  useEffect(() => {
    // Asked again, it takes the focus again.
    field.current?.select();
    if (asked?.replaces) setReplaces(true);
  }, [asked]);
  useMarks(query, now);

  const go = (by: number): void => search.go(at + by);
  return (
    <search
      className={styles.bar}
      onKeyDown={(event) => {
        const ctrl = event.ctrlKey || event.metaKey;
        if (event.key === "Escape") {
          event.preventDefault();
          page.find(false);
        }
        // The browser's own search, for those who want it.
        if (event.key === "f" && ctrl) event.stopPropagation();
        if (event.key.toLowerCase() === "g" && ctrl) {
          event.preventDefault();
          go(event.shiftKey ? -1 : 1);
        }
      }}
    >
      {canEdit && (
        <IconButton
          label="Replace"
          keys="Ctrl H"
          className={`${styles.unfold} ${replaces ? styles.unfolded : ""}`}
          aria-expanded={replaces}
          onClick={() => setReplaces(!replaces)}
        >
          <ChevronIcon />
        </IconButton>
      )}
      <div className={styles.rows}>
        <div className={styles.row}>
          <div className={`${styles.field} ${problem === null ? "" : styles.wrong}`}>
            <input
              ref={field}
              type="text"
              aria-label="Find in the notebook"
              aria-invalid={problem !== null}
              placeholder="Find in code and outputs"
              value={query.text}
              onChange={(event) => search.ask({ text: event.target.value })}
              onKeyDown={(event) => {
                if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
              }}
            />
            <FindSwitches search={search} />
          </div>
          <div className={styles.steps}>
            <span className={styles.count} role="status">
              {countOf(search)}
            </span>
            <IconButton
              label="Before"
              keys="Shift Enter"
              disabled={result.found.length === 0}
              onClick={() => go(-1)}
            >
              <UpIcon />
            </IconButton>
            <IconButton label="Next" keys="Enter" disabled={result.found.length === 0} onClick={() => go(1)}>
              <DownIcon />
            </IconButton>
            <IconButton label="Close the search" keys="Esc" onClick={() => page.find(false)}>
              <CloseIcon />
            </IconButton>
          </div>
        </div>
        {canEdit && replaces && <ReplaceRow search={search} />}
        <div className={styles.row}>
          <FindWhere search={search} />
          <LongOutputs search={search} />
        </div>
        {problem !== null && (
          <p className={styles.problem} role="status">
            {problem}
          </p>
        )}
      </div>
    </search>
  );
}

function countOf({ query, result, at, problem }: Search): string {
  if (query.text === "" || problem !== null) return "";
  const count = result.found.length;
  if (count === 0) return "nothing";
  return `${(at + 1).toLocaleString("en")} of ${count.toLocaleString("en")}${result.isCut ? "+" : ""}`;
}

/** What the server counted in outputs that are too long to come with the notebook. */
function LongOutputs({ search: { query } }: { search: Search }) {
  const page = usePage();
  const long = useLongHits(query);
  const at = useRef(0);
  if (long.isLeftOut)
    return <span className={styles.note}>Long outputs are searched for plain text only.</span>;
  if (long.count === 0) return null;
  // One after the other, with each press.
  const go = (): void => {
    const log = long.logs[at.current++ % long.logs.length];
    if (!log) return;
    page.select(log.cellId);
    page.show(log.cellId);
    askedLog.set({ ref: log.ref, query: query.text });
  };
  return (
    <button type="button" className={styles.long} onClick={go}>
      {long.count.toLocaleString("en")} in long outputs
    </button>
  );
}
