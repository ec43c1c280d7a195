/** Three orders of cells to one: mine, with what theirs moved and inserted put behind the cell that it follows there. */
import { longestIncreasing } from "./longest-increasing.ts";

/**
 * A cell that both moved stays where mine has it. Cells that both inserted at one place: mine first.
 * @param has what the result consists of: all of it is in `mine` or in `theirs`.
 */
export function mergeOrder(
  base: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
  has: (key: string) => boolean,
): string[] {
  const inMine = new Set(mine);
  const inTheirs = new Set(theirs);
  const inBase = new Set(base);
  const movedByMine = movedKeys(base, mine);
  const moved = new Set(
    [...movedKeys(base, theirs)].filter((key) => inMine.has(key) && !movedByMine.has(key)),
  );
  const next = new Map<string | null, string | null>();
  let last: string | null = null;
  for (const key of mine) {
    if (!has(key) || moved.has(key)) continue;
    next.set(last, key);
    last = key;
  }
  next.set(last, null);
  const isOnlyMine = (key: string): boolean => !inBase.has(key) && !inTheirs.has(key);
  let previous: string | null = null;
  for (const key of theirs) {
    if (!has(key)) continue;
    if (!inMine.has(key) || moved.has(key)) {
      let place = previous;
      let after: string | null = next.get(place) ?? null;
      while (after !== null && isOnlyMine(after)) {
        place = after;
        after = next.get(place) ?? null;
      }
      next.set(place, key);
      next.set(key, after);
    }
    previous = key;
  }
  const order: string[] = [];
  for (let key = next.get(null) ?? null; key !== null; key = next.get(key) ?? null) order.push(key);
  return order;
}

/** The fewest cells that must have moved between two orders. */
export function movedKeys(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const places = new Map(before.map((key, index) => [key, index]));
  const common = after.filter((key) => places.has(key));
  const kept = longestIncreasing(common.map((key) => places.get(key) ?? 0));
  return new Set(common.filter((_, index) => !kept.has(index)));
}
