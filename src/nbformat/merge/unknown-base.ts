/** A version of a notebook whose beginning nobody knows, made ready for a merge of three. Pure. */
import type { JsonValue } from "../../util/json.ts";
import { jsonEqual } from "../../util/json.ts";
import type { Notebook } from "../notebook.ts";
import { type KeyedNotebook, keyedLike } from "./cell-keys.ts";

/**
 * With this base nothing is deleted for the other version, its other cells are added, and where the same cell
 * differs, that is a conflict. The notebook's own metadata stay mine.
 */
export function unknownBase(
  mine: KeyedNotebook,
  other: Notebook,
): { readonly base: KeyedNotebook; readonly theirs: KeyedNotebook } {
  const theirs = keyedLike(mine, other);
  const ofTheirs = new Map(theirs.keys.map((key, index) => [key, other.cells[index]]));
  const isCommon = (key: string, index: number): boolean =>
    jsonEqual(mine.notebook.cells[index] as unknown as JsonValue, ofTheirs.get(key) as unknown as JsonValue);
  const common = mine.keys.flatMap((key, index) => (isCommon(key, index) ? [index] : []));
  return {
    base: {
      keys: common.flatMap((index) => mine.keys[index] ?? []),
      notebook: { ...other, cells: common.flatMap((index) => mine.notebook.cells[index] ?? []) },
    },
    theirs: { keys: theirs.keys, notebook: { ...other, metadata: mine.notebook.metadata } },
  };
}
