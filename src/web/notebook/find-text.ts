/** Search over a whole notebook, drawn or not: source and outputs. Pure. */
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { Output } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import { textOf } from "../outputs/mime.ts";

export type FoundIn = "source" | "outputs";

export interface Found {
  readonly cellId: CellId;
  readonly where: FoundIn;
  /** Which of the places in this part of the cell, from 0. */
  readonly nth: number;
}

export interface FindResult {
  readonly found: readonly Found[];
  /** There are more than `MAX_FOUND`. */
  readonly isCut: boolean;
}

/** Nobody walks through more; a single letter would be found everywhere. */
export const MAX_FOUND = 10_000;

/** The pattern of what was typed; null when nothing was. Without capitals, both are found. */
export function patternOf(query: string): RegExp | null {
  if (query === "") return null;
  return new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), /\p{Lu}/u.test(query) ? "gu" : "giu");
}

export function findAll(cells: Iterable<CellSnapshot>, query: string): FindResult {
  const pattern = patternOf(query);
  const found: Found[] = [];
  if (pattern === null) return { found, isCut: false };
  const look = (cellId: CellId, where: FoundIn, texts: Iterable<string>): void => {
    let nth = 0;
    for (const text of texts) {
      pattern.lastIndex = 0;
      while (found.length <= MAX_FOUND && pattern.test(text)) found.push({ cellId, where, nth: nth++ });
    }
  };
  for (const cell of cells) {
    look(cell.id, "source", [cell.source]);
    look(cell.id, "outputs", textsOf(cell.outputs));
    if (found.length > MAX_FOUND) return { found: found.slice(0, MAX_FOUND), isCut: true };
  }
  return { found, isCut: false };
}

function* textsOf(outputs: readonly Output[]): Iterable<string> {
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
