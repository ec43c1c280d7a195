import { useEffect } from "react";
import type { FindQuery, Found } from "./find-text.ts";
import { clearMarks, markFound } from "./found-marks.ts";

/** Keeps the marks where the text is, while cells come into view and change. */
export function useMarks(query: FindQuery, now: Found | null): void {
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

function bringIntoView({ top, bottom, right }: DOMRect): void {
  const room = window.innerHeight;
  const bar = document.querySelector("search")?.getBoundingClientRect();
  const covered = bar && right > bar.left ? bar.bottom + 8 : 140;
  if (top < Math.max(140, covered) || bottom > room - 40)
    window.scrollBy({ top: top - Math.max(room / 3, covered + 40) });
}
