import { type RefObject, useEffect, useRef } from "react";

/** Tells the style sheet how high the sticky header is, so that nothing that gets the focus hides under it. */
export function useHeaderHeight(): RefObject<HTMLElement | null> {
  const header = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = header.current;
    if (!element) return;
    // On a narrow page only the first part sticks, and the header itself has no box.
    let before: number | null = null;
    const observer = new ResizeObserver(() => {
      const top = element.firstElementChild;
      const height = element.offsetHeight || (top instanceof HTMLElement ? top.offsetHeight : 0);
      // A banner comes over what is read; it does not push it down. At the very top there is room to make.
      if (before !== null && window.scrollY > 0)
        window.scrollBy({ top: height - before, behavior: "instant" });
      before = height;
      document.documentElement.style.setProperty("--header-height", `${height + 12}px`);
    });
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, []);
  return header;
}
