/** Completions without a kernel: the words that the notebook's cells have. Pure. */

/** No more of the notebook is looked through than this, nearest cells first. */
const MAX_CHARACTERS = 400_000;
const MAX_WORDS = 200;

/**
 * Names in these sources that begin as the prefix does (capitals or not), the nearest first.
 * @param sources the nearest first.
 */
export function wordsLike(prefix: string, sources: Iterable<string>): readonly string[] {
  const wanted = prefix.toLowerCase();
  const words = new Set<string>();
  let looked = 0;
  for (const source of sources) {
    for (const [word] of source.matchAll(/[\p{L}_][\p{L}\p{N}_]{2,}/gu)) {
      if (word !== prefix && word.toLowerCase().startsWith(wanted)) words.add(word);
    }
    looked += source.length;
    if (looked > MAX_CHARACTERS || words.size >= MAX_WORDS) break;
  }
  return [...words].slice(0, MAX_WORDS);
}

/** From one on, those around it: one before, one behind, and so on. */
export function* nearestFirst<T>(all: readonly T[], at: number): Generator<T> {
  const middle = Math.max(0, at);
  for (let distance = 0; distance < all.length; distance++) {
    const places = distance === 0 ? [middle] : [middle - distance, middle + distance];
    for (const place of places) {
      const item = all[place];
      if (item !== undefined) yield item;
    }
  }
}
