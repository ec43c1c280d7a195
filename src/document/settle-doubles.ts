/**
 * Two who bring the same deleted cell back at once (each by an undo of the same deletion, or a program that inserts
 * twice) have it there twice with one id. Whoever owns the room settles that: what is the same goes, what differs
 * stays under an id of its own, so that nothing is lost.
 */
import * as Y from "yjs";
import { CellId } from "../util/ids.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";
import type { EditOrigin } from "./live-notebook.ts";
import { cellsOf, type YCell } from "./schema.ts";

const SETTLED: EditOrigin = { type: "file", label: "brought back at once" };

/** @returns whether there was something to settle. */
export function settleDoubles(doc: Y.Doc): boolean {
  const cells = cellsOf(doc);
  const firsts = new Map<string, YCell>();
  const doubles: { readonly index: number; readonly cell: YCell; readonly first: YCell }[] = [];
  for (const [index, cell] of cells.toArray().entries()) {
    if (!(cell instanceof Y.Map)) continue;
    const id = String(cell.get("id") ?? "");
    const first = firsts.get(id);
    if (first) doubles.push({ index, cell, first });
    else firsts.set(id, cell);
  }
  if (doubles.length === 0) return false;
  doc.transact(() => {
    for (const { index, cell, first } of doubles.toReversed()) {
      if (jsonEqual(cell.toJSON() as JsonValue, first.toJSON() as JsonValue)) cells.delete(index, 1);
      else cell.set("id", CellId.create());
    }
  }, SETTLED);
  return true;
}
