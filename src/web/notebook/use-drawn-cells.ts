/**
 * Which cells of a long notebook are drawn: those near the window, and those that must be there (the selected one,
 * whose editor and focus stay; the one that is to come into view). What lies between is a gap as high as it was
 * measured or guessed to be. Cells and gaps follow one another in the page's own flow, so that a cell which grows
 * pushes what is below it at once; `hold-place.ts` keeps what the reader sees where it is.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { CellId } from "../../util/ids.ts";
import { useModel } from "../session/hooks.ts";
import { useView, viewStore } from "../session/view.ts";
import { CellHeights, type CellRange } from "./cell-heights.ts";
import { guessHeight } from "./guess-height.ts";
import { keepPlace, type Place, takePlace } from "./hold-place.ts";
import { usePage } from "./page-context.ts";
import { setPrinting } from "./reader/reader-actions.ts";

/** A notebook of at most so many cells is drawn whole: the browser's own search, print and reading order have it all. */
const WHOLE = 60;
/** Drawn above and below the window, in pixels; anew when less than half of it is left. */
const AROUND = 700;

export type DrawnPart =
  | { readonly type: "cell"; readonly id: CellId; readonly index: number }
  | { readonly type: "gap"; readonly key: string; readonly height: number };

export interface DrawnCells {
  readonly parts: readonly DrawnPart[];
  /** For the `ref` of each drawn cell's element, which carries its id as `data-drawn`. */
  readonly measure: (element: HTMLElement | null) => (() => void) | undefined;
}

export function useDrawnCells(
  list: RefObject<HTMLElement | null>,
  ids: readonly CellId[],
  pinned: readonly (CellId | null)[],
): DrawnCells {
  const model = useModel();
  const hidesCode = useView(({ isReader, code }) => isReader && code === "hidden");
  const heights = useMemo(
    () =>
      new CellHeights((id) => {
        const cell = model.cell(id);
        return cell === undefined ? 0 : guessHeight(cell, hidesCode);
      }),
    [model, hidesCode],
  );
  heights.setOrder(ids);
  const [range, setRange] = useState<CellRange>(() => heights.within(0, window.innerHeight + AROUND));
  const drawn = useRef(range);
  const place = useRef<Place | null>(null);
  const rest = useRef(0);
  const guesses = useGuessedAnew(heights);
  const printing = usePrinting();
  const whole = ids.length <= WHOLE || printing;
  const isWhole = useRef(whole);
  isWhole.current = whole;

  const follow = useCallback((): void => {
    const element = list.current;
    if (!element) return;
    // What has grown since, and was not yet seen to: a place that is taken now would be that of the jump.
    rest.current = keepPlace(place.current);
    place.current = takePlace(element, rest.current);
    if (isWhole.current) return;
    const from = -element.getBoundingClientRect().top;
    const to = from + window.innerHeight;
    const { first, end } = drawn.current;
    const near = heights.within(from - AROUND / 2, to + AROUND / 2);
    if (near.first >= first && near.end <= end) return;
    const seen = heights.within(from, to);
    drawn.current = heights.within(from - AROUND, to + AROUND);
    const draw = (): void => setRange(drawn.current);
    if (seen.first < first || seen.end > end) {
      flushSync(draw);
      rest.current = keepPlace(place.current);
      place.current = takePlace(element, rest.current);
    } else draw();
  }, [heights, list]);

  const observer = useMemo(
    () =>
      new ResizeObserver((entries) => {
        for (const { target, borderBoxSize } of entries) {
          if (!(target instanceof HTMLElement) || !target.isConnected) continue;
          const id = target.dataset.drawn as CellId | undefined;
          if (id !== undefined) heights.measure(id, borderBoxSize[0]?.blockSize ?? target.offsetHeight);
        }
        follow();
      }),
    [heights, follow],
  );
  const measure = useCallback(
    (element: HTMLElement | null): (() => void) | undefined => {
      if (!element) return undefined;
      observer.observe(element);
      return () => observer.unobserve(element);
    },
    [observer],
  );

  useEffect(() => {
    follow();
    window.addEventListener("scroll", follow, { passive: true });
    window.addEventListener("resize", follow);
    // What one writes in is held before what one only sees.
    document.addEventListener("focusin", follow);
    return () => {
      document.removeEventListener("focusin", follow);
      window.removeEventListener("scroll", follow);
      window.removeEventListener("resize", follow);
    };
  }, [follow]);
  // Cells came, went or moved, the page went to one, or gaps are other than they were: others may be near the window.
  const there = pinned.join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the order and the places that matter.
  useLayoutEffect(() => {
    follow();
  }, [ids, there, whole, guesses, follow]);
  useEffect(() => () => observer.disconnect(), [observer]);

  const parts = whole ? wholeOf(ids) : partsOf(ids, range, pinned, heights);
  return { parts, measure };
}

function wholeOf(ids: readonly CellId[]): readonly DrawnPart[] {
  return ids.map((id, index) => ({ type: "cell", id, index }));
}

function partsOf(
  ids: readonly CellId[],
  range: CellRange,
  pinned: readonly (CellId | null)[],
  heights: CellHeights,
): readonly DrawnPart[] {
  const wanted = new Set<number>();
  for (let index = range.first; index < Math.min(range.end, ids.length); index++) wanted.add(index);
  for (const id of pinned) {
    const index = id === null ? -1 : ids.indexOf(id);
    if (index !== -1) wanted.add(index);
  }
  const parts: DrawnPart[] = [];
  let at = 0;
  for (const index of [...wanted].sort((a, b) => a - b)) {
    if (index > at) parts.push(gap(at, index, heights));
    const id = ids[index];
    if (id !== undefined) parts.push({ type: "cell", id, index });
    at = index + 1;
  }
  if (at < ids.length) parts.push(gap(at, ids.length, heights));
  return parts;
}

function gap(from: number, to: number, heights: CellHeights): DrawnPart {
  return { type: "gap", key: from === 0 ? "above" : `behind ${from}`, height: heights.between(from, to) };
}

const GUESS_EVERY_MS = 500;

/**
 * What is not drawn may become something else: results come after the text, a run goes on elsewhere. Its place is
 * guessed anew now and then, and drawn so in the same moment: what is looked up and what is laid out are the same.
 * @returns another number after each time.
 */
function useGuessedAnew(heights: CellHeights): number {
  const model = useModel();
  const [guesses, setGuesses] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const changed = new Set<CellId>();
    const guess = (): void => {
      timer = null;
      const isOther = heights.forget(changed);
      changed.clear();
      if (isOther) flushSync(() => setGuesses((count) => count + 1));
    };
    const stop = model.onCells((ids) => {
      for (const id of ids) changed.add(id);
      timer ??= setTimeout(guess, GUESS_EVERY_MS);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [model, heights]);
  return guesses;
}

/** On paper there is no window: everything is drawn. The browser's own command for it cannot wait for images. */
function usePrinting(): boolean {
  const page = usePage();
  const printing = useView((view) => view.isPrinting);
  useEffect(() => {
    let own = false;
    const begin = (): void => {
      if (viewStore.get().isPrinting) return;
      own = true;
      flushSync(() => setPrinting(page, true));
    };
    const end = (): void => {
      if (own) setPrinting(page, false);
      own = false;
    };
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, [page]);
  return printing;
}
