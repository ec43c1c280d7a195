import { type RefObject, useEffect, useRef, useState } from "react";

/** Which rows of a fixed height are near what is seen of a scrolling box; what is not drawn is space. */
export function useVirtualRows(
  count: number,
  height: number,
): {
  readonly box: RefObject<HTMLElement | null>;
  readonly from: number;
  readonly to: number;
} {
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState({ from: 0, to: 80 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => {
      const from = Math.max(0, Math.floor(element.scrollTop / height) - 20);
      const to = Math.ceil((element.scrollTop + element.clientHeight) / height) + 20;
      setSeen((before) => (before.from === from && before.to === to ? before : { from, to }));
    };
    look();
    element.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [height]);
  return { box, from: Math.min(seen.from, Math.max(0, count - 1)), to: Math.min(count, seen.to) };
}
