/**
 * Prints a value beside the text it was read from: what is equal is given back as written, character by character,
 * down to single names and lines; what differs is printed in the file's style.
 */
import type { JsonObject, JsonValue } from "../util/json.ts";
import { isJsonObject } from "../util/json.ts";
import { colonOf, compareKeys, isSorted, type JsonStyle, keysOf, quote } from "./json-style.ts";
import {
  type ArrayNode,
  type JsonNode,
  jsonValueOf,
  memberOf,
  type ObjectNode,
  stringOf,
} from "./json-syntax.ts";
import {
  isImpliedValue,
  isSplitMime,
  isTextShape,
  itemShape,
  memberShape,
  type Shape,
  splitLines,
} from "./shape.ts";

/** The text that nodes point into, and the style for what is new. */
export interface PrintContext {
  readonly text: string;
  readonly style: JsonStyle;
}

/** Whether the file's value means just `value`. */
export function matches(text: string, node: JsonNode, value: JsonValue | undefined, shape: Shape): boolean {
  if (node.kind === "array") {
    if (typeof value === "string") return isTextShape(shape) && value === joinLines(text, node);
    if (!Array.isArray(value) || value.length !== node.items.length) return false;
    return node.items.every((item, index) => matches(text, item, value[index], itemShape(shape)));
  }
  if (node.kind === "object") {
    if (!isJsonObject(value)) return false;
    const names = new Set(keysOf(node));
    for (const key of Object.keys(value)) {
      if (!names.has(key) && !isImplied(text, node, value, shape, key)) return false;
    }
    return node.members.every((member) => {
      if (names.size !== node.members.length && memberOf(node, member.key) !== member) return true;
      const own = Object.hasOwn(value, member.key) ? value[member.key] : undefined;
      return own !== undefined && matches(text, member.value, own, memberShape(shape, member.key));
    });
  }
  if (typeof value === "string") return stringOf(text, node) === value;
  if (value === undefined || typeof value === "object")
    return value === null && jsonValueOf(text, node) === null;
  const own = jsonValueOf(text, node);
  return own === value || (Number.isNaN(own) && Number.isNaN(value));
}

/** `value` as text in the place of `node`; `indent` is the white space before the line that `node` starts on. */
export function printBeside(
  context: PrintContext,
  node: JsonNode,
  value: JsonValue,
  shape: Shape,
  indent: string | null,
): string {
  const { text, style } = context;
  if (matches(text, node, value, shape)) return text.slice(node.start, node.end);
  if (node.kind === "object" && isJsonObject(value)) return printObject(context, node, value, shape, indent);
  if (node.kind === "array" && Array.isArray(value)) return printArray(context, node, value, shape, indent);
  if (typeof value === "string" && isTextShape(shape)) {
    if (node.kind === "array") return printLines(context, node, value, indent);
    if (node.kind === "scalar") return quote(value, style);
  }
  return printFresh(style, value, shape, indent);
}

/** A value that the file does not have yet. `indent` null keeps it on one line. */
export function printFresh(style: JsonStyle, value: JsonValue, shape: Shape, indent: string | null): string {
  if (typeof value === "string") {
    const isLines =
      (shape === "source" && style.sourceAsLines) || (shape === "output-text" && style.outputTextAsLines);
    if (!isLines) return quote(value, style);
    return wrap(
      style,
      "[]",
      splitLines(value).map((line) => quote(line, style)),
      indent,
    );
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = indentInside(style, indent);
  if (Array.isArray(value)) {
    const items = value.map((item) => printFresh(style, item, itemShape(shape), inner));
    return wrap(style, "[]", items, indent);
  }
  const members = orderedKeys(style, value, shape).map((key) => {
    // Binary data stays one string even where text is split into lines.
    const isWhole = shape === "bundle" && !isSplitMime(key);
    const child = printFresh(style, value[key] ?? null, isWhole ? "plain" : memberShape(shape, key), inner);
    return quote(key, style) + style.colon + child;
  });
  return wrap(style, "{}", members, indent);
}

function orderedKeys(style: JsonStyle, value: JsonObject, shape: Shape): string[] {
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  const template = shape === "cell" ? style.cellKeys.get(String(value.cell_type)) : undefined;
  if (template !== undefined) {
    const rank = (key: string): number => (template.indexOf(key) + 1 || template.length + 1) - 1;
    return keys.sort((a, b) => rank(a) - rank(b) || compareKeys(a, b));
  }
  return style.sortKeys || shape === "cell" ? keys.sort(compareKeys) : keys;
}

function indentInside(style: JsonStyle, indent: string | null): string | null {
  return indent === null || style.indentUnit === null ? null : indent + style.indentUnit;
}

function wrap(style: JsonStyle, brackets: string, parts: readonly string[], indent: string | null): string {
  const inner = indentInside(style, indent);
  if (parts.length === 0) return brackets;
  if (inner === null) return brackets.charAt(0) + parts.join(style.inlineComma) + brackets.charAt(1);
  const separator = `,${style.newline}${inner}`;
  return `${brackets.charAt(0)}${style.newline}${inner}${parts.join(separator)}${style.newline}${indent}${brackets.charAt(1)}`;
}

/** One part of a container that is printed again: what stood there before, if anything, and its text now. */
export interface Part<Text = string> {
  /** Where the part stands in the old container, or -1 when it is new. */
  readonly index: number;
  readonly text: Text;
}

/** The old spans of a container's parts, whose white space and commas are used again. */
export interface Layout {
  readonly opening: string;
  readonly closing: string;
  /** What stood behind the part of this index, if another one followed. */
  readonly separator: (index: number) => string | undefined;
  /** Indentation of the parts, or null when they share a line. */
  readonly indent: string | null;
}

export function layoutOf(text: string, node: ArrayNode | ObjectNode): Layout | undefined {
  const spans =
    node.kind === "array"
      ? node.items
      : node.members.map((member) => ({ start: member.keyStart, end: member.value.end }));
  const first = spans[0];
  const last = spans.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const opening = text.slice(node.start + 1, first.start);
  return {
    opening,
    closing: text.slice(last.end, node.end - 1),
    separator: (index) => {
      const next = spans[index + 1];
      return next && text.slice(spans[index]?.end, next.start);
    },
    indent: opening.includes("\n") ? opening.slice(opening.lastIndexOf("\n") + 1) : null,
  };
}

/** Puts parts together with the container's own commas and white space between them. */
export function* joinParts<Text>(
  style: JsonStyle,
  layout: Layout,
  parts: Iterable<Part<Text>>,
): Generator<string | Text> {
  const usual = layout.separator(0) ?? (layout.indent === null ? style.inlineComma : `,${layout.opening}`);
  yield layout.opening;
  let before: number | null = null;
  for (const { index, text } of parts) {
    if (before !== null) {
      const isNeighbour = index > 0 && index === before + 1;
      yield (isNeighbour ? layout.separator(before) : undefined) ?? usual;
    }
    yield text;
    before = index < 0 ? -2 : index;
  }
  yield layout.closing;
}

function printObject(
  context: PrintContext,
  node: ObjectNode,
  value: JsonObject,
  shape: Shape,
  indent: string | null,
): string {
  const layout = layoutOf(context.text, node);
  if (layout === undefined) return printFresh(context.style, value, shape, indent);
  const parts = objectParts(context, node, value, shape, layout);
  return parts.length === 0 ? "{}" : `{${[...joinParts(context.style, layout, parts)].join("")}}`;
}

/**
 * The members of an object that is printed again, in the file's order; new ones at their place among sorted names,
 * else at the end. `printMember` may print the value of a member that the file has in its own way.
 */
export function objectParts(
  context: PrintContext,
  node: ObjectNode,
  value: JsonObject,
  shape: Shape,
  layout: Layout,
  printMember?: (key: string) => string | undefined,
): Part[] {
  const { text, style } = context;
  const oldKeys = keysOf(node);
  const parts: (Part & { readonly key: string })[] = [];
  for (const [index, member] of node.members.entries()) {
    const own = Object.hasOwn(value, member.key) ? value[member.key] : undefined;
    if (own === undefined) continue;
    const isShadowed = oldKeys.lastIndexOf(member.key) !== index;
    const child = isShadowed
      ? text.slice(member.value.start, member.value.end)
      : (printMember?.(member.key) ??
        printBeside(context, member.value, own, memberShape(shape, member.key), layout.indent));
    parts.push({ index, key: member.key, text: text.slice(member.keyStart, member.value.start) + child });
  }
  const isSortedHere = oldKeys.length > 1 ? isSorted(oldKeys) : style.sortKeys;
  const firstMember = node.members[0];
  const colon = firstMember === undefined ? style.colon : colonOf(text, firstMember);
  for (const key of Object.keys(value)) {
    const own = value[key];
    if (own === undefined || oldKeys.includes(key) || isImplied(text, node, value, shape, key)) continue;
    // Binary data stays one string even where text is split into lines.
    const childShape = shape === "bundle" && !isSplitMime(key) ? "plain" : memberShape(shape, key);
    const child = printFresh(style, own, childShape, layout.indent);
    const place = isSortedHere ? parts.findIndex((part) => compareKeys(part.key, key) > 0) : -1;
    parts.splice(place < 0 ? parts.length : place, 0, {
      index: -1,
      key,
      text: quote(key, style) + colon + child,
    });
  }
  return parts;
}

/** A name that the file leaves out and that says nothing new; not when the object became another type. */
function isImplied(text: string, node: ObjectNode, value: JsonObject, shape: Shape, key: string): boolean {
  if (!isImpliedValue(shape, key, value[key])) return false;
  const typeKey = shape === "cell" ? "cell_type" : shape === "output" ? "output_type" : undefined;
  return typeKey === undefined || stringOf(text, memberOf(node, typeKey)?.value) === value[typeKey];
}

function printArray(
  context: PrintContext,
  node: ArrayNode,
  value: readonly JsonValue[],
  shape: Shape,
  indent: string | null,
): string {
  const { text, style } = context;
  const layout = layoutOf(text, node);
  if (layout === undefined || value.length === 0) return printFresh(style, [...value], shape, indent);
  const child = itemShape(shape);
  const shorter = Math.min(node.items.length, value.length);
  const isSame = (old: number, now: number): boolean => {
    const item = node.items[old];
    return item !== undefined && matches(text, item, value[now], child);
  };
  let head = 0;
  while (head < shorter && isSame(head, head)) head += 1;
  let tail = 0;
  while (tail < shorter - head && isSame(node.items.length - 1 - tail, value.length - 1 - tail)) tail += 1;
  const parts = value.map((item, position): Part => {
    const isTail = position >= value.length - tail;
    const index = isTail ? position + node.items.length - value.length : position;
    const old = isTail || index < node.items.length - tail ? node.items[index] : undefined;
    if (old === undefined) return { index: -1, text: printFresh(style, item, child, layout.indent) };
    return { index, text: printBeside(context, old, item, child, layout.indent) };
  });
  return `[${[...joinParts(style, layout, parts)].join("")}]`;
}

/** A text as a list of lines, beside the lines it was: equal lines at both ends keep their writing. */
function printLines(context: PrintContext, node: ArrayNode, value: string, indent: string | null): string {
  const { text, style } = context;
  const layout = layoutOf(text, node);
  if (layout === undefined || value === "") {
    return wrap(
      style,
      "[]",
      splitLines(value).map((line) => quote(line, style)),
      indent,
    );
  }
  const old = node.items.map((item) => stringOf(text, item) ?? "");
  const raw = (index: number): Part => {
    const item = node.items[index];
    return { index, text: text.slice(item?.start, item?.end) };
  };
  const parts: Part[] = [];
  let from = 0;
  for (const [index, line] of old.entries()) {
    const isWholeLine = line.endsWith("\n") || from + line.length === value.length;
    if (line === "" || !isWholeLine || !value.startsWith(line, from)) break;
    parts.push(raw(index));
    from += line.length;
  }
  const tail: Part[] = [];
  let to = value.length;
  for (let index = old.length - 1; index >= parts.length; index -= 1) {
    const line = old[index] ?? "";
    const start = to - line.length;
    const startsLine = start === from || value.charAt(start - 1) === "\n";
    if (line === "" || start < from || !startsLine || !value.endsWith(line, to)) break;
    tail.unshift(raw(index));
    to = start;
  }
  for (const line of splitLines(value.slice(from, to))) parts.push({ index: -1, text: quote(line, style) });
  return `[${[...joinParts(style, layout, [...parts, ...tail])].join("")}]`;
}

function joinLines(text: string, node: ArrayNode): string | undefined {
  let joined = "";
  for (const item of node.items) {
    const line = stringOf(text, item);
    if (line === undefined) return undefined;
    joined += line;
  }
  return joined;
}
