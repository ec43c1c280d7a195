/** Three versions of an object to one, key by key, objects within objects too. What both changed stays as mine. */
import { isJsonObject, type JsonObject, type JsonValue, jsonEqual } from "../../util/json.ts";

type Value = JsonValue | undefined;

export interface MergedValue {
  readonly value: Value;
  /** Both changed it differently; `value` has mine there. */
  readonly isConflict: boolean;
}

/** A key of metadata that both sides changed differently; undefined: not there. */
export interface KeyConflict {
  readonly key: string;
  readonly base: Value;
  readonly mine: Value;
  readonly theirs: Value;
}

export function mergeObjects(
  base: JsonObject,
  mine: JsonObject,
  theirs: JsonObject,
): { readonly value: JsonObject; readonly conflicts: readonly KeyConflict[] } {
  const value: JsonObject = {};
  const conflicts: KeyConflict[] = [];
  for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
    const [b, m, t] = [own(base, key), own(mine, key), own(theirs, key)];
    const merged = mergeValues(b, m, t, key);
    if (merged.value !== undefined) setOwn(value, key, merged.value);
    if (merged.isConflict) conflicts.push({ key, base: b, mine: m, theirs: t });
  }
  return { value, conflicts };
}

function mergeValues(base: Value, mine: Value, theirs: Value, key: string): MergedValue {
  if (jsonEqual(theirs, base) || jsonEqual(mine, theirs)) return { value: mine, isConflict: false };
  if (jsonEqual(mine, base)) return { value: theirs, isConflict: false };
  if (isJsonObject(mine) && isJsonObject(theirs)) {
    const inner = mergeObjects(isJsonObject(base) ? base : {}, mine, theirs);
    return { value: inner.value, isConflict: inner.conflicts.length > 0 };
  }
  const sets = key === "tags" ? [base ?? [], mine, theirs] : [];
  if (sets.length > 0 && sets.every(isTextList)) {
    const [b, m, t] = sets as [string[], string[], string[]];
    const kept = m.filter((tag) => t.includes(tag) || !b.includes(tag));
    const added = t.filter((tag) => !b.includes(tag) && !m.includes(tag));
    return { value: [...kept, ...added], isConflict: false };
  }
  return { value: mine, isConflict: true };
}

function isTextList(value: Value): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function own(object: JsonObject, key: string): Value {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Also for a key such as `__proto__`. */
function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
