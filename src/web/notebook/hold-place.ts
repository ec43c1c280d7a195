/**
 * Keeps what the reader sees where it is while things above it grow, shrink or come: the part of the page at the
 * window's upper edge is remembered, and the page is scrolled by as much as that has moved. Browsers have scroll
 * anchoring of their own, but not all of them, and not after a jump by program; so it is turned off (`base.css`).
 */

export interface Place {
  readonly list: Element;
  /** Where the list stood in the window. */
  readonly listTop: number;
  /** From the innermost outwards; the first that is still there counts. Upper edges are from the list's. */
  readonly marks: readonly Mark[];
}

interface Mark {
  readonly element: Element;
  readonly top: number;
}

const DEPTH = 8;
/** Of a cell that shows no more than this, nobody reads the end: what it gets there moves what is below it. */
const SLIVER_PX = 40;

/**
 * @param list whose children are what is looked at; those that are not `data-drawn` are empty.
 * @param rest what the last `keepPlace` left.
 */
export function takePlace(list: HTMLElement, rest = 0): Place | null {
  const line = headerHeight();
  const markOf = (element: Element): Mark => ({ element, top: topIn(list, element) - rest });
  const listTop = list.getBoundingClientRect().top;
  const looked = lookedAt(list);
  if (looked) return { list, listTop, marks: [markOf(looked)] };
  const cell = [...list.children].find(
    (child) =>
      child instanceof HTMLElement &&
      child.dataset.drawn &&
      child.getBoundingClientRect().bottom > line + SLIVER_PX,
  );
  if (!cell || cell.getBoundingClientRect().top > window.innerHeight) return null;
  const marks = [markOf(cell)];
  let inside: Element | undefined = cell;
  // While it reaches over the edge, a part of it may move alone.
  for (let depth = 0; depth < DEPTH && inside.getBoundingClientRect().top < line; depth++) {
    const { width } = inside.getBoundingClientRect();
    const reaching: readonly Element[] = [...inside.children].filter(
      (child) => child.getBoundingClientRect().bottom > line,
    );
    // Not the margin beside what is read, which is as high as that.
    inside = reaching.find((child) => child.getBoundingClientRect().width > width / 2) ?? reaching[0];
    if (!inside) break;
    marks.unshift(markOf(inside));
  }
  return { list, listTop, marks };
}

/**
 * What somebody surely looks at, whatever grows above it in the window: where they have just landed, the editor that
 * has their keys.
 */
function lookedAt(list: HTMLElement): Element | null {
  const looked = list.querySelector("[data-landed]") ?? document.activeElement?.closest(".cm-editor") ?? null;
  if (!looked || !list.contains(looked)) return null;
  const { top, bottom } = looked.getBoundingClientRect();
  return bottom > headerHeight() && top < window.innerHeight ? looked : null;
}

/**
 * Scrolls so that the place is where it was when it was taken.
 * @returns by how much it is off still: a page scrolls by whole pixels. For the next `takePlace`, else it would creep.
 */
export function keepPlace(place: Place | null): number {
  const mark = place?.marks.find(({ element }) => element.isConnected);
  if (!place || !mark) return 0;
  // Who went somewhere else reads there: what changed around the place that was left moves nothing.
  const gone = Math.abs(place.list.getBoundingClientRect().top - place.listTop);
  if (gone > window.innerHeight) return 0;
  const moved = topIn(place.list, mark.element) - mark.top;
  if (Math.abs(moved) < 0.5) return moved;
  const before = window.scrollY;
  window.scrollBy({ top: moved, behavior: "instant" });
  const rest = moved - (window.scrollY - before);
  // At an end of the page it cannot be kept.
  return Math.abs(rest) <= 1 ? rest : 0;
}

function topIn(list: Element, element: Element): number {
  return element.getBoundingClientRect().top - list.getBoundingClientRect().top;
}

function headerHeight(): number {
  return Number.parseFloat(document.documentElement.style.getPropertyValue("--header-height")) || 64;
}
