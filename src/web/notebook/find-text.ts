/** Search over a whole notebook, drawn or not: source and outputs. Pure. */
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { Output } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import { textOf } from "../outputs/mime.ts";

export type FoundIn = "source" | "outputs";

export interface FindQuery {
  readonly text: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  /** JavaScript's, with Unicode; `^` and `$` are those of lines. */
  readonly isRegExp: boolean;
  readonly inSource: boolean;
  readonly inOutputs: boolean;
  /** Only in these cells; null: in all. */
  readonly within: readonly CellId[] | null;
}

export const EMPTY_QUERY: FindQuery = {
  text: "",
  matchCase: false,
  wholeWord: false,
  isRegExp: false,
  inSource: true,
  inOutputs: true,
  within: null,
};

export interface Found {
  readonly cellId: CellId;
  readonly where: FoundIn;
  /** Which of the places in this part of the cell, from 0. */
  readonly nth: number;
}

export interface FindResult {
  readonly found: readonly Found[];
  /** There are more than `MAX_FOUND`, or an expression took too long. */
  readonly isCut: boolean;
}

/** Nobody walks through more; a single letter would be found everywhere. */
export const MAX_FOUND = 10_000;
/** An expression that takes longer is stopped at the next cell, so that the page does not stand still. */
const MAX_MS = 1_000;

export type Pattern =
  | { readonly ok: true; readonly pattern: RegExp }
  /** `problem` null: nothing was typed. */
  | { readonly ok: false; readonly problem: string | null };

const WORD = "[\\p{L}\\p{N}_]";

/** The pattern of what was typed. */
export function compileQuery(
  query: Pick<FindQuery, "text" | "matchCase" | "wholeWord" | "isRegExp">,
): Pattern {
  if (query.text === "") return { ok: false, problem: null };
  const plain = query.isRegExp ? query.text : query.text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const source = query.wholeWord ? `(?<!${WORD})(?:${plain})(?!${WORD})` : plain;
  try {
    return { ok: true, pattern: new RegExp(source, query.matchCase ? "gmu" : "gimu") };
  } catch (error) {
    const said = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /, "") : "";
    return { ok: false, problem: `This is no regular expression${said === "" ? "" : `: ${said}`}.` };
  }
}

/** Of plain text where there are no switches; null when nothing was typed. Without capitals, both are found. */
export function patternOf(text: string): RegExp | null {
  const made = compileQuery({ text, matchCase: /\p{Lu}/u.test(text), wholeWord: false, isRegExp: false });
  return made.ok ? made.pattern : null;
}

/** @param now milliseconds; what an expression may take is measured with it. */
export function findAll(
  cells: Iterable<CellSnapshot>,
  query: FindQuery,
  now: () => number = () => performance.now(),
): FindResult {
  const made = compileQuery(query);
  const found: Found[] = [];
  if (!made.ok) return { found, isCut: false };
  const { pattern } = made;
  const look = (cellId: CellId, where: FoundIn, texts: Iterable<string>): void => {
    let nth = 0;
    for (const text of texts) {
      pattern.lastIndex = 0;
      for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
        // An expression may match nothing, everywhere.
        if (match[0] === "") pattern.lastIndex += (text.codePointAt(pattern.lastIndex) ?? 0) > 0xffff ? 2 : 1;
        else found.push({ cellId, where, nth: nth++ });
        if (found.length > MAX_FOUND) return;
      }
    }
  };
  const within = query.within === null ? null : new Set(query.within);
  const untilMs = now() + MAX_MS;
  for (const cell of cells) {
    if (within !== null && !within.has(cell.id)) continue;
    if (query.inSource) look(cell.id, "source", [cell.source]);
    if (query.inOutputs) look(cell.id, "outputs", textsOf(cell.outputs));
    if (found.length > MAX_FOUND) return { found: found.slice(0, MAX_FOUND), isCut: true };
    if (query.isRegExp && now() > untilMs) return { found, isCut: true };
  }
  return { found, isCut: false };
}

/** The texts of a cell's outputs as they are read on the page. */
export function* textsOf(outputs: readonly Output[]): Iterable<string> {
  for (const output of outputs) {
    switch (output.output_type) {
      case "stream":
        yield plain(output.text);
        break;
      case "error":
        yield plain(`${output.ename}: ${output.evalue}\n${output.traceback.join("\n")}`);
        break;
      default: {
        const data = output.data ?? {};
        // An image's text stands only where the image is not seen.
        if (Object.keys(data).some((mime) => mime.startsWith("image/"))) break;
        yield plain(textOf(data["text/markdown"] ?? data["text/plain"]));
      }
    }
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with one.
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

function plain(text: string): string {
  return text.includes("\u001b") ? text.replace(ESCAPES, "") : text;
}
