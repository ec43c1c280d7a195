/** Gives a cell the shape that everybody's models rely on, whatever a client made of it. The caller holds the transaction. */
import * as Y from "yjs";
import { readCellType, type YCell } from "../schema.ts";
import { yOutputs } from "./jupyter-schema.ts";

export function mendCell(cell: YCell): void {
  if (cell.get("cell_type") !== readCellType(cell)) cell.set("cell_type", readCellType(cell));
  const source = cell.get("source");
  if (!(source instanceof Y.Text)) cell.set("source", new Y.Text(textOf(source)));
  if (!(cell.get("metadata") instanceof Y.Map)) cell.set("metadata", new Y.Map());
  if (readCellType(cell) === "code" && !yOutputs(cell)) cell.set("outputs", new Y.Array());
}

/** A text, or lines of it. */
function textOf(source: unknown): string {
  if (Array.isArray(source)) return source.filter((line) => typeof line === "string").join("");
  return typeof source === "string" ? source : "";
}
