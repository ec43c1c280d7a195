/**
 * How a file writes JSON: found by looking at it, used for everything that is new in it.
 */
import type { JsonNode, Member, ObjectNode } from "./json-syntax.ts";
import { memberOf, readNode, stringOf } from "./json-syntax.ts";

export interface JsonStyle {
  /** One level of indentation, or null when the file stands on one line. */
  readonly indentUnit: string | null;
  readonly newline: string;
  /** Between name and value, with its white space. */
  readonly colon: string;
  /** Between two values on one line. */
  readonly inlineComma: string;
  /** Non-ASCII characters are written as `\u` escapes. */
  readonly asciiOnly: boolean;
  /** The names in objects are sorted, as Jupyter's own writer does. */
  readonly sortKeys: boolean;
  readonly sourceAsLines: boolean;
  readonly outputTextAsLines: boolean;
  /** The order of a cell's names by cell type, as the file's first cell of the type has them. */
  readonly cellKeys: ReadonlyMap<string, readonly string[]>;
}

/** Jupyter's own style (`nbformat.write`), for notebooks that have no file yet. */
export const JUPYTER_STYLE: JsonStyle = {
  indentUnit: " ",
  newline: "\n",
  colon: ": ",
  inlineComma: ", ",
  asciiOnly: false,
  sortKeys: true,
  sourceAsLines: true,
  outputTextAsLines: true,
  cellKeys: new Map(),
};

/** Enough to know a file's habits; a file that changes them later keeps what it has anyway. */
const CELLS_LOOKED_AT = 30;

export function detectStyle(text: string, top: ObjectNode): JsonStyle {
  const first = top.members[0];
  const second = top.members[1];
  if (first === undefined) return JUPYTER_STYLE;
  const opening = text.slice(top.start + 1, first.keyStart);
  const isOnLines = opening.includes("\n");
  const cells = cellNodes(text, top);
  const objects = [top, ...cells];
  const cellKeys = new Map<string, readonly string[]>();
  for (const cell of cells) {
    const type = stringOf(text, memberOf(cell, "cell_type")?.value) ?? "";
    if (!cellKeys.has(type)) cellKeys.set(type, keysOf(cell));
  }
  const sourceAsLines = firstDefined(cells, (cell) => isLines(text, memberOf(cell, "source")?.value)) ?? true;
  return {
    indentUnit: isOnLines ? opening.slice(opening.lastIndexOf("\n") + 1) : null,
    newline: opening.includes("\r\n") ? "\r\n" : "\n",
    colon: colonOf(text, first),
    inlineComma:
      !isOnLines && second !== undefined
        ? text.slice(first.value.end, second.keyStart)
        : isOnLines
          ? ", "
          : ",",
    asciiOnly: isAsciiWithEscapes(text),
    sortKeys: objects.every((node) => isSorted(keysOf(node))),
    sourceAsLines,
    outputTextAsLines: firstDefined(cells, (cell) => outputAsLines(text, cell)) ?? sourceAsLines,
    cellKeys,
  };
}

/** Code point order, as Python sorts. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  let at = 0;
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

export function isSorted(keys: readonly string[]): boolean {
  return keys.every((key, index) => index === 0 || compareKeys(keys[index - 1] ?? "", key) <= 0);
}

export function keysOf(node: ObjectNode): string[] {
  return node.members.map((member) => member.key);
}

/** From the end of a name to the start of its value. */
export function colonOf(text: string, member: Member): string {
  return text.slice(member.keyEnd, member.value.start);
}

/** A string as a JSON literal in the file's way of writing non-ASCII. */
export function quote(value: string, style: JsonStyle): string {
  const literal = JSON.stringify(value);
  if (!style.asciiOnly) return literal;
  return literal.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function cellNodes(text: string, top: ObjectNode): ObjectNode[] {
  const cells = memberOf(top, "cells")?.value;
  if (cells?.kind !== "array") return [];
  return cells.items
    .slice(0, CELLS_LOOKED_AT)
    .map((item) => readNode(text, item.start))
    .filter((node) => node.kind === "object");
}

function isLines(text: string, node: JsonNode | undefined): boolean | undefined {
  if (node?.kind === "array") return true;
  const single = stringOf(text, node);
  // Many writers give an empty source as "" whatever they do otherwise.
  return single === undefined || single === "" ? undefined : false;
}

function outputAsLines(text: string, cell: ObjectNode): boolean | undefined {
  const outputs = memberOf(cell, "outputs")?.value;
  if (outputs?.kind !== "array") return undefined;
  const nodes = outputs.items.filter((item) => item.kind === "object");
  return firstDefined(nodes, (output) => {
    const data = memberOf(output, "data")?.value;
    const plain = data?.kind === "object" ? memberOf(data, "text/plain")?.value : undefined;
    return isLines(text, memberOf(output, "text")?.value ?? plain);
  });
}

function isAsciiWithEscapes(text: string): boolean {
  // Looks at the whole text, the cheapest first: most files have no escape.
  if (!text.includes("\\u")) return false;
  if (/\P{ASCII}/u.test(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)) return false;
  return /[^\\](?:\\\\)*\\u(?:00[89a-fA-F]|0[1-9a-fA-F]|[1-9a-fA-F])/.test(text);
}

function firstDefined<T, R>(items: readonly T[], look: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
