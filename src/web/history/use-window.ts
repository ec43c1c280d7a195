import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

export interface ListWindow {
  /** Of the items; `to` is not in it. */
  readonly from: number;
  readonly to: number;
  /** Heights of what is not drawn, px. */
  readonly before: number;
  readonly after: number;
  readonly measure: (key: string, element: HTMLElement | null) => void;
}

/** What a row is taken for until it was drawn, px. */
const GUESS = 34;
/** Drawn beyond the window, px. */
const MARGIN = 500;

/** Which rows of a list are drawn: those near the window of what scrolls it. */
export function useWindow(
  list: RefObject<HTMLElement | null>,
  items: readonly { readonly key: string }[],
): ListWindow {
  const heights = useRef(new Map<string, number>());
  const [range, setRange] = useState({ from: 0, to: 40 });
  const look = useCallback((): void => {
    const element = list.current;
    const scroller = element && scrollerOf(element);
    if (!element || !scroller) return;
    const box = scroller.getBoundingClientRect();
    const top = Math.max(0, box.top) - element.getBoundingClientRect().top - MARGIN;
    const bottom = top + Math.min(box.height, window.innerHeight) + 2 * MARGIN;
    let y = 0;
    let from = 0;
    let to = items.length;
    for (const [index, { key }] of items.entries()) {
      const height = heights.current.get(key) ?? GUESS;
      if (y + height < top) from = index + 1;
      if (y > bottom) {
        to = index;
        break;
      }
      y += height;
    }
    from = Math.min(from, Math.max(0, items.length - 1));
    setRange((before) => (before.from === from && before.to === to ? before : { from, to }));
  }, [list, items]);
  useLayoutEffect(() => {
    look();
    const scroller = list.current && scrollerOf(list.current);
    const options = { passive: true };
    scroller?.addEventListener("scroll", look, options);
    window.addEventListener("resize", look, options);
    return () => {
      scroller?.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [list, look]);
  const sum = (part: readonly { readonly key: string }[]): number =>
    part.reduce((total, { key }) => total + (heights.current.get(key) ?? GUESS), 0);
  return {
    ...range,
    before: sum(items.slice(0, range.from)),
    after: sum(items.slice(range.to)),
    measure: (key, element) => {
      if (element !== null) heights.current.set(key, element.offsetHeight);
    },
  };
}

/** The nearest that scrolls; at the latest the page. */
function scrollerOf(element: HTMLElement): HTMLElement {
  for (let at = element.parentElement; at !== null; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return document.documentElement;
}
