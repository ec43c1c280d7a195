/** Which lines of a long text are shown: its beginning and its end, or chunks of all. Pure. */

/** A text of at most this many lines is shown whole. */
export const SHOWN_WHOLE = 40;
const HEAD = 10;
const TAIL = 20;

export interface Folding {
  readonly head: number;
  /** Lines between head and tail that are not shown. */
  readonly hidden: number;
  readonly tail: number;
}

/** @param revealed lines of the middle that the reader asked for. */
export function foldLines(count: number, revealed: number): Folding {
  if (count <= SHOWN_WHOLE) return { head: count, hidden: 0, tail: 0 };
  const head = Math.min(count, HEAD + revealed);
  const hidden = Math.max(0, count - head - TAIL);
  return hidden === 0 ? { head: count, hidden: 0, tail: 0 } : { head, hidden, tail: TAIL };
}

/** One click shows at most this many lines more; a million lines in the page at once would freeze it. */
export const REVEAL_STEP = 5000;
