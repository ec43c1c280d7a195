import { type RefObject, useEffect, useRef } from "react";

/** Tells the style sheet how high the sticky header is, so that nothing that gets the focus hides under it. */
export function useHeaderHeight(): RefObject<HTMLElement | null> {
  const header = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = header.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--header-height", `${element.offsetHeight + 12}px`);
    });
    observer.observe(element);
    return () => observer.disconnect();
  });
  return header;
}
