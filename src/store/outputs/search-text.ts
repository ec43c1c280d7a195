/** Searches a piece of a log that begins and ends with whole lines. Pure. */

/** What is looked for, as it is read: without terminal colours. Without capitals, both are found. */
export function patternOf(query: string, matchCase = /\p{Lu}/u.test(query)): RegExp {
  return new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), matchCase ? "gu" : "giu");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal control sequences begin with one.
const ESCAPES = /\u001b(?:\[[0-9:;<=>?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;

export interface FoundInText {
  /** Numbers of lines, from `firstLine` on. */
  readonly lines: readonly number[];
  readonly count: number;
}

/** Nothing is found over a line's end. */
export function searchText(text: string, pattern: RegExp, firstLine: number, limit: number): FoundInText {
  const plain = text.includes("\u001b") ? text.replace(ESCAPES, "") : text;
  const lines: number[] = [];
  let count = 0;
  let line = firstLine;
  let counted = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(plain); match !== null; match = pattern.exec(plain)) {
    count++;
    for (
      let at = plain.indexOf("\n", counted);
      at !== -1 && at < match.index;
      at = plain.indexOf("\n", counted)
    ) {
      line++;
      counted = at + 1;
    }
    if (lines.length < limit && lines.at(-1) !== line) lines.push(line);
  }
  return { lines, count };
}
