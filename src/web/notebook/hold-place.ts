/**
 * Keeps what the reader sees where it is while things above it grow, shrink or come: the part of the page at the
 * window's upper edge is remembered, and the page is scrolled by as much as that has moved. Browsers have scroll
 * anchoring of their own, but not all of them, and not after a jump by program; so it is turned off (`base.css`).
 */

export interface Place {
  readonly list: Element;
  /** From the innermost outwards; the first that is still there counts. Upper edges are from the list's. */
  readonly marks: readonly { readonly element: Element; readonly top: number }[];
}

const DEPTH = 8;

/** @param list whose children are what is looked at; those that are not `data-drawn` are empty. */
export function takePlace(list: HTMLElement): Place | null {
  const line = headerHeight();
  const cell = [...list.children].find(
    (child) =>
      child instanceof HTMLElement && child.dataset.drawn && child.getBoundingClientRect().bottom > line,
  );
  if (!cell || cell.getBoundingClientRect().top > window.innerHeight) return null;
  const marks = [markOf(cell, list)];
  let inside: Element | undefined = cell;
  // While it reaches over the edge, a part of it may move alone.
  for (let depth = 0; depth < DEPTH && inside.getBoundingClientRect().top < line; depth++) {
    inside = [...inside.children].find((child) => child.getBoundingClientRect().bottom > line);
    if (!inside) break;
    marks.unshift(markOf(inside, list));
  }
  return { list, marks };
}

/** Scrolls so that the place is where it was when it was taken. */
export function keepPlace(place: Place | null): void {
  const mark = place?.marks.find(({ element }) => element.isConnected);
  if (!place || !mark) return;
  const moved = markOf(mark.element, place.list).top - mark.top;
  if (Math.abs(moved) >= 0.5) window.scrollBy({ top: moved, behavior: "instant" });
}

function markOf(element: Element, list: Element): Place["marks"][number] {
  return { element, top: element.getBoundingClientRect().top - list.getBoundingClientRect().top };
}

function headerHeight(): number {
  return Number.parseFloat(document.documentElement.style.getPropertyValue("--header-height")) || 64;
}
