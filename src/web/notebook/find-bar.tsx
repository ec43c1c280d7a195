import { useEffect, useRef, useState } from "react";
import type { CellId } from "../../util/ids.ts";
import { askedLog } from "../outputs/stored/asked-log.ts";
import { IconButton } from "../parts/button.tsx";
import { CloseIcon, DownIcon, UpIcon } from "../parts/icons.tsx";
import { useModel } from "../session/hooks.ts";
import styles from "./find-bar.module.css";
import { type FindResult, type Found, findAll } from "./find-text.ts";
import { clearMarks, markFound } from "./found-marks.ts";
import { usePage, useUi } from "./page-context.ts";
import { useLongHits } from "./use-long-hits.ts";

/** A change of the notebook is searched when it has been quiet for so long. */
const QUIET_MS = 250;
const NOTHING: FindResult = { found: [], isCut: false };

/** Search over source and outputs of the whole notebook, also over what is not drawn. Ctrl F again is the browser's. */
export function FindBar() {
  const page = usePage();
  const model = useModel();
  const asked = useUi((ui) => ui.find);
  const [query, setQuery] = useState("");
  const [result, setResult] = useState(NOTHING);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const now = result.found[at] ?? null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again, it takes the focus again.
  useEffect(() => field.current?.select(), [asked]);

  const search = (wanted: string): void => {
    setQuery(wanted);
    const next = findAll(
      model.cellIds().flatMap((id) => model.cell(id) ?? []),
      wanted,
    );
    setResult(next);
    // From where one is.
    const places = new Map(model.cellIds().map((id, index) => [id, index]));
    const placeOf = (id: CellId | null): number => (id === null ? 0 : (places.get(id) ?? 0));
    const here = placeOf(page.ui.get().active);
    const first = next.found.findIndex(({ cellId }) => placeOf(cellId) >= here);
    go(next, first === -1 ? 0 : first);
  };

  const go = ({ found }: FindResult, index: number): void => {
    const to = found[(index + found.length) % Math.max(1, found.length)];
    setAt(to ? found.indexOf(to) : 0);
    if (!to) return;
    page.select(to.cellId);
    page.show(to.cellId);
  };

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = model.live.onChange(() => {
      clearTimeout(timer);
      timer = setTimeout(
        () =>
          setResult(
            findAll(
              model.cellIds().flatMap((id) => model.cell(id) ?? []),
              query,
            ),
          ),
        QUIET_MS,
      );
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [model, query]);

  useMarks(query, now);
  const long = useLongHits(query);
  const longAt = useRef(0);
  // One after the other, with each press.
  const goToLong = (): void => {
    const log = long.logs[longAt.current++ % long.logs.length];
    if (!log) return;
    page.select(log.cellId);
    page.show(log.cellId);
    askedLog.set({ ref: log.ref, query });
  };

  const count = result.found.length;
  return (
    <search
      className={styles.bar}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          page.find(false);
        }
        // The browser's own search, for those who want it.
        if (event.key === "f" && (event.ctrlKey || event.metaKey)) event.stopPropagation();
      }}
    >
      <input
        ref={field}
        type="text"
        aria-label="Find in the notebook"
        placeholder="Find in code and outputs"
        className={styles.field}
        value={query}
        onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") go(result, at + (event.shiftKey ? -1 : 1));
        }}
      />
      <span className={styles.count} role="status">
        {query === "" ? "" : count === 0 ? "nothing" : `${at + 1} of ${count}${result.isCut ? "+" : ""}`}
      </span>
      {long.count > 0 && (
        <button type="button" className={styles.long} onClick={goToLong}>
          {long.count.toLocaleString("en")} in long outputs
        </button>
      )}
      <IconButton label="Before" keys="Shift Enter" disabled={count === 0} onClick={() => go(result, at - 1)}>
        <UpIcon />
      </IconButton>
      <IconButton label="Next" keys="Enter" disabled={count === 0} onClick={() => go(result, at + 1)}>
        <DownIcon />
      </IconButton>
      <IconButton label="Close the search" keys="Esc" onClick={() => page.find(false)}>
        <CloseIcon />
      </IconButton>
    </search>
  );
}

/** Keeps the marks where the text is, while cells come into view and change. */
function useMarks(query: string, now: Found | null): void {
  useEffect(() => {
    const notebook = document.querySelector("[data-notebook]");
    if (!notebook) return;
    let isShown = false;
    let frame = 0;
    const mark = (): void => {
      const range = markFound(query, now);
      if (range === null || isShown) return;
      isShown = true;
      bringIntoView(range.getBoundingClientRect());
    };
    const observer = new MutationObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(mark);
    });
    observer.observe(notebook, { childList: true, characterData: true, subtree: true });
    // When the cell has been brought into view.
    frame = requestAnimationFrame(() => requestAnimationFrame(mark));
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [query, now]);
  useEffect(() => clearMarks, []);
}

function bringIntoView({ top, bottom }: DOMRect): void {
  const room = window.innerHeight;
  if (top < 140 || bottom > room - 40) window.scrollBy({ top: top - room / 3 });
}
