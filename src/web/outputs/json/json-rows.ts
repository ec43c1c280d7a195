/** A JSON value as the rows of a tree: only what is open is walked. Pure. */
import type { JsonValue } from "../../../nbformat/notebook.ts";

export type JsonPath = readonly (string | number)[];

export interface JsonRow {
  readonly path: JsonPath;
  /** Of the node among all: what is open is kept by it. */
  readonly key: string;
  readonly name: string | number | null;
  readonly value: JsonValue | undefined;
  readonly depth: number;
  /** Null: it has nothing inside. */
  readonly size: number | null;
  readonly isOpen: boolean;
  /** Place among its sisters, and how many they are. */
  readonly at: number;
  readonly of: number;
  /** A row that stands for the members that are not listed yet. */
  readonly more?: number;
}

/** Members of one node that are listed; more on demand. */
export const PAGE = 1_000;

export interface OpenNodes {
  /** Keys of nodes that are open. */
  readonly open: ReadonlySet<string>;
  /** Of nodes with very many members, how many are listed. */
  readonly listed: ReadonlyMap<string, number>;
}

export function keyOf(path: JsonPath): string {
  return JSON.stringify(path);
}

export function isBranch(value: JsonValue | undefined): value is JsonValue[] | { [name: string]: JsonValue } {
  return typeof value === "object" && value !== null;
}

export function sizeOf(value: JsonValue | undefined): number | null {
  if (!isBranch(value)) return null;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

export function jsonRows(root: JsonValue, { open, listed }: OpenNodes): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const walk = (
    value: JsonValue,
    path: JsonPath,
    name: string | number | null,
    at: number,
    of: number,
  ): void => {
    const key = keyOf(path);
    const size = sizeOf(value);
    const isOpen = size !== null && size > 0 && open.has(key);
    rows.push({ path, key, name, value, depth: path.length, size, isOpen, at, of });
    if (!isOpen || !isBranch(value)) return;
    const names = Array.isArray(value) ? value.keys() : Object.keys(value);
    const limit = listed.get(key) ?? PAGE;
    let count = 0;
    for (const member of names) {
      if (count >= limit) {
        const more = (size ?? 0) - count;
        const rest = { name: null, value: undefined, size: null, isOpen: false, at: count, of: count + 1 };
        rows.push({ ...rest, path, key: `${key} more`, depth: path.length + 1, more });
        return;
      }
      const inside = Array.isArray(value) ? value[member as number] : value[member];
      walk(inside ?? null, [...path, member], member, count, size ?? 0);
      count++;
    }
  };
  walk(root, [], null, 0, 1);
  return rows;
}

/** Nodes above this depth; at most `most`, the upper ones first. */
export function opened(root: JsonValue, depth: number, most = 20_000): ReadonlySet<string> {
  const keys = new Set<string>();
  let level: { value: JsonValue; path: JsonPath }[] = [{ value: root, path: [] }];
  for (let at = 0; at < depth && level.length > 0; at++) {
    const next: { value: JsonValue; path: JsonPath }[] = [];
    for (const { value, path } of level) {
      if (!isBranch(value)) continue;
      if (keys.size >= most) return keys;
      keys.add(keyOf(path));
      for (const [name, inside] of entriesOf(value)) next.push({ value: inside, path: [...path, name] });
    }
    level = next;
  }
  return keys;
}

function* entriesOf(
  value: JsonValue[] | { [name: string]: JsonValue },
): Generator<readonly [string | number, JsonValue]> {
  if (Array.isArray(value)) yield* value.entries();
  else yield* Object.entries(value);
}

/** Paths of what holds a text, in its name or value, in the order of the tree; more than `most` are not looked for. */
export function foundIn(root: JsonValue, text: string, most = 1_000): readonly JsonPath[] {
  const wanted = text.toLowerCase();
  if (wanted === "") return [];
  const found: JsonPath[] = [];
  const holds = (part: string): boolean => part.toLowerCase().includes(wanted);
  const walk = (value: JsonValue, path: (string | number)[]): void => {
    if (found.length >= most) return;
    const name = path.at(-1);
    const isNamed = typeof name === "string" && holds(name);
    if (isNamed || (!isBranch(value) && holds(typeof value === "string" ? value : String(value))))
      found.push([...path]);
    if (!isBranch(value)) return;
    for (const [member, inside] of entriesOf(value)) {
      path.push(member);
      walk(inside, path);
      path.pop();
    }
  };
  walk(root, []);
  return found;
}

/** What must be open for a node to be seen, and how many of each must be listed. */
export function revealing(root: JsonValue, path: JsonPath, { open, listed }: OpenNodes): OpenNodes {
  const nextOpen = new Set(open);
  const nextListed = new Map(listed);
  let value: JsonValue = root;
  path.forEach((name, depth) => {
    const key = keyOf(path.slice(0, depth));
    nextOpen.add(key);
    if (!isBranch(value)) return;
    const at = Array.isArray(value) ? Number(name) : Object.keys(value).indexOf(String(name));
    if (at >= (nextListed.get(key) ?? PAGE)) nextListed.set(key, (Math.floor(at / PAGE) + 1) * PAGE);
    value = (Array.isArray(value) ? value[Number(name)] : value[String(name)]) ?? null;
  });
  return { open: nextOpen, listed: nextListed };
}

/** As one writes it in Python and JavaScript: `["a"][0]`. */
export function pathText(path: JsonPath): string {
  return path.map((name) => `[${JSON.stringify(name)}]`).join("");
}

/** A whole number that JavaScript cannot hold exactly: its last digits are not those that were written. */
export function isRounded(value: JsonValue | undefined): boolean {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
}
