/**
 * A lossless view of JSON text: where every value stands, so that what did not change can be given back as it was
 * written. Reads text that is already known to be JSON (plus Python's `NaN` and `Infinity`); it does not validate.
 * Source: RFC 8259.
 */
import type { JsonValue } from "../util/json.ts";

export interface ScalarNode {
  readonly kind: "scalar";
  readonly start: number;
  readonly end: number;
}

export interface ArrayNode {
  readonly kind: "array";
  readonly start: number;
  readonly end: number;
  readonly items: readonly JsonNode[];
}

export interface Member {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export interface ObjectNode {
  readonly kind: "object";
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

export type JsonNode = ScalarNode | ArrayNode | ObjectNode;

/** Reads one value that starts at `position`; given to `readObject` and `readArray` for their children. */
export type ReadChild = (text: string, position: number, key: string) => JsonNode;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** The first position at or after `position` that is not JSON white space. */
export function skipSpace(text: string, position: number): number {
  let at = position;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at += 1;
  }
}

/** The position behind the string whose opening quote stands at `position`. */
function skipString(text: string, position: number): number {
  let close = text.indexOf('"', position + 1);
  while (close >= 0) {
    let backslashes = 0;
    while (text.charCodeAt(close - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return close + 1;
    close = text.indexOf('"', close + 1);
  }
  return text.length;
}

function skipWord(text: string, position: number): number {
  let at = position;
  for (;;) {
    const code = text.charCodeAt(at);
    // Letters, digits, + - . : whatever numbers and words are made of.
    if ((code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90)) at += 1;
    else if (code === 43 || code === 45 || code === 46) at += 1;
    else return at;
  }
}

export class TooDeep extends Error {}

/**
 * A value's span alone, as a scalar: for values that are looked into later or never. Takes no stack.
 * @throws TooDeep when more objects and arrays than `maxDepth` stand in each other.
 */
export function readSpan(text: string, position: number, maxDepth = Number.POSITIVE_INFINITY): ScalarNode {
  let at = position;
  let depth = 0;
  do {
    at = skipSpace(text, at);
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = skipString(text, at);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      at += 1;
      if (depth > maxDepth) throw new TooDeep();
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      depth -= 1;
      at += 1;
    } else if (code === COMMA || code === 58) at += 1;
    else at = skipWord(text, at);
  } while (depth > 0 && at < text.length);
  return { kind: "scalar", start: position, end: at };
}

/** A value and everything in it. Depth must have been checked before (`nestingDepth`). */
export function readNode(text: string, position: number): JsonNode {
  const code = text.charCodeAt(position);
  if (code === OPEN_BRACE) return readObject(text, position, readNode);
  if (code === OPEN_BRACKET) return readArray(text, position, readNode);
  return {
    kind: "scalar",
    start: position,
    end: code === QUOTE ? skipString(text, position) : skipWord(text, position),
  };
}

export function readObject(text: string, position: number, readChild: ReadChild): ObjectNode {
  const members: Member[] = [];
  let at = skipSpace(text, position + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyStart = at;
    const keyEnd = skipString(text, at);
    const key = decodeString(text, keyStart, keyEnd);
    const value = readChild(text, skipSpace(text, skipSpace(text, keyEnd) + 1), key);
    members.push({ key, keyStart, keyEnd, value });
    at = skipSpace(text, value.end);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return { kind: "object", start: position, end: at + 1, members };
}

export function readArray(text: string, position: number, readChild: ReadChild): ArrayNode {
  const items: JsonNode[] = [];
  let at = skipSpace(text, position + 1);
  while (at < text.length && text.charCodeAt(at) !== CLOSE_BRACKET) {
    const item = readChild(text, at, "");
    items.push(item);
    at = skipSpace(text, item.end);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return { kind: "array", start: position, end: at + 1, items };
}

/** How deep objects and arrays stand in each other. Takes no stack itself. */
export function nestingDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  const structure = /["{}[\]]/g;
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    const code = text.charCodeAt(found.index);
    if (code === QUOTE) structure.lastIndex = skipString(text, found.index);
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else depth -= 1;
  }
  return deepest;
}

function decodeString(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : raw;
}

/** The string a node stands for, or undefined when it is no string. */
export function stringOf(text: string, node: JsonNode | undefined): string | undefined {
  if (node?.kind !== "scalar" || text.charCodeAt(node.start) !== QUOTE) return undefined;
  return decodeString(text, node.start, node.end);
}

/** The value a node stands for, as `JSON.parse` would give it; `NaN` and `Infinity` become numbers. */
export function jsonValueOf(text: string, node: JsonNode): JsonValue {
  switch (node.kind) {
    case "array":
      return node.items.map((item) => jsonValueOf(text, item));
    case "object":
      return Object.fromEntries(node.members.map((member) => [member.key, jsonValueOf(text, member.value)]));
    case "scalar": {
      if (text.charCodeAt(node.start) === QUOTE) return decodeString(text, node.start, node.end);
      const raw = text.slice(node.start, node.end);
      if (raw === "NaN") return Number.NaN;
      if (raw === "Infinity") return Number.POSITIVE_INFINITY;
      if (raw === "-Infinity") return Number.NEGATIVE_INFINITY;
      return JSON.parse(raw) as JsonValue;
    }
  }
}

/**
 * Whether an object in this JSON has a key that is written with an escape. `JSON.parse` is not to be trusted with
 * such: V8 13.6 (Node 24) takes it for a key `\` where it saw one in an object of the same shape before.
 */
export function hasEscapedKey(raw: string): boolean {
  if (!raw.includes("\\")) return false;
  const start = /[{,][ \t\r\n]*"[^"\\]*\\/g;
  for (let found = start.exec(raw); found !== null; found = start.exec(raw)) {
    // What looks like a key may be an item of a list, or stand in a text.
    const end = skipString(raw, raw.indexOf('"', found.index));
    if (raw.charCodeAt(skipSpace(raw, end)) === COLON) return true;
    start.lastIndex = found.index + 1;
  }
  return false;
}

/** The member that counts: the last of that name, as every JSON reader takes it. */
export function memberOf(node: ObjectNode, key: string): Member | undefined {
  return node.members.findLast((member) => member.key === key);
}
