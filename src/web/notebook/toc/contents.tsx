import { useEffect, useRef } from "react";
import { IconButton } from "../../parts/button.tsx";
import { CloseIcon } from "../../parts/icons.tsx";
import { useStore } from "../../session/store.ts";
import { useShownIds } from "../folding/use-folding.ts";
import { usePage } from "../page-context.ts";
import styles from "./contents.module.css";
import { ContentsEntry } from "./contents-entry.tsx";
import { contentsStore, isNarrow, numberedStore, takesFocus } from "./contents-store.ts";
import { land } from "./land.ts";
import type { OutlineEntry } from "./outline.ts";
import { useCurrentEntry } from "./use-current-entry.ts";
import { useOutline, useSectionStates } from "./use-outline.ts";

/** The notebook's headings: where one is, how each section stands, and a way to all of them. */
export function Contents() {
  const page = usePage();
  const outline = useOutline();
  const states = useSectionStates(outline);
  const current = useCurrentEntry(outline);
  const numbered = useStore(numberedStore);
  const shownIds = new Set(useShownIds());
  const list = useRef<HTMLOListElement>(null);
  const shown = outline.filter(({ cellId }) => shownIds.has(cellId));
  const here = current !== null && shown.includes(current) ? current : (shown[0] ?? null);

  useEffect(() => {
    // Asked for, the keys go on here.
    if (takesFocus()) list.current?.querySelector<HTMLElement>("[data-entry][tabindex='0']")?.focus();
  }, []);
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      const inside = event.target instanceof Node && list.current?.parentElement?.contains(event.target);
      if (!inside && !isNarrow()) return;
      leave(isNarrow());
    };
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  });
  useEffect(() => {
    // A page that becomes narrow (a phone turned, a zoom) would be covered by it unasked.
    const narrow = window.matchMedia("(max-width: 1000px)");
    const close = (): void => {
      if (narrow.matches) contentsStore.set(false);
    };
    narrow.addEventListener("change", close);
    return () => narrow.removeEventListener("change", close);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where one is has changed.
  useEffect(() => {
    if (list.current?.contains(document.activeElement)) return;
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const leave = (closes: boolean): void => {
    if (closes) contentsStore.set(false);
    const { active } = page.ui.get();
    if (active !== null) page.select(active, { reveal: true });
  };
  const go = (entry: OutlineEntry): void => {
    if (isNarrow()) contentsStore.set(false);
    void land(page, entry.cellId, entry.nth);
  };
  const fold = (entry: OutlineEntry, folded: boolean): void => page.fold([entry.cellId], "section", folded);

  return (
    <nav className={styles.contents} aria-label="Contents">
      <div className={styles.head}>
        <h2>Contents</h2>
        <button
          type="button"
          className={styles.numbered}
          aria-pressed={numbered}
          title="Number the headings"
          aria-label="Number the headings"
          onClick={() => numberedStore.set(!numbered)}
        >
          1.2
        </button>
        <IconButton label="Close the contents" keys="Ctrl Shift K" onClick={() => leave(true)}>
          <CloseIcon />
        </IconButton>
      </div>
      {shown.length === 0 && (
        <p className={styles.none}>
          No headings yet. A Markdown cell that begins with <code>#</code> makes one.
        </p>
      )}
      <ol
        ref={list}
        className={styles.list}
        onKeyDown={(event) => {
          const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-entry]")];
          const at = all.indexOf(document.activeElement as HTMLElement);
          const entry = shown[at];
          const folded = entry !== undefined && page.folding.isFolded(entry.cellId, "section");
          const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
          if (to !== undefined) all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
          else if (event.key === "ArrowLeft" && entry?.folds && !folded) fold(entry, true);
          else if (event.key === "ArrowRight" && entry?.folds && folded) fold(entry, false);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {shown.map((entry) => (
          <ContentsEntry
            key={`${entry.cellId} ${entry.nth}`}
            entry={entry}
            state={states[outline.indexOf(entry)] ?? null}
            isCurrent={entry === current}
            isStop={entry === here}
            numbered={numbered}
            onGo={go}
            onFold={fold}
          />
        ))}
      </ol>
    </nav>
  );
}
