/**
 * The shared types of a live notebook: what people edit of the `@jupyter/ydoc` schema, version 2.
 *
 *   meta  Y.Map   { nbformat, nbformat_minor, metadata: Y.Map, …extras of the file }
 *   cells Y.Array of Y.Map { id, cell_type, source: Y.Text, metadata: Y.Map, …extras of the cell },
 *         and, beyond that schema, of placements of cells that were moved (`placed-cells.ts`)
 *
 * What that schema has besides for code cells (`outputs`, `execution_count`, `execution_state`) lies beside the
 * document (`cell-results.ts`); where it stands in one nevertheless, it is left alone and not read.
 * Frozen: keys may be added, never reshaped; what we do not know is kept. (Source: @jupyter/ydoc 4, ycell.js and
 * ynotebook.js.)
 */
import * as Y from "yjs";
import type { CellType, JsonObject, Notebook } from "../nbformat/notebook.ts";
import { extrasOf, IDS_ABSENT } from "./fields.ts";

export type YCell = Y.Map<unknown>;
/** Says that a cell stands here: the cell with this id, if its `PLACE` is this token. */
export interface Placement {
  readonly cell: string;
  readonly token: string;
}
export type YElement = YCell | Placement;

export const cellsOf = (doc: Y.Doc): Y.Array<YElement> => doc.getArray<YElement>("cells");
export const metaOf = (doc: Y.Doc): Y.Map<unknown> => doc.getMap("meta");

/** What is needed to make a cell's shared type. */
export interface CellSeed {
  readonly id: string;
  readonly cellType: CellType;
  readonly source: string;
  readonly metadata: JsonObject;
  /** `attachments` and whatever else the file had. */
  readonly extras: Readonly<Record<string, unknown>>;
}

export function makeCell(seed: CellSeed): YCell {
  const cell: YCell = new Y.Map();
  cell.set("id", seed.id);
  cell.set("cell_type", seed.cellType);
  cell.set("source", new Y.Text(seed.source));
  cell.set("metadata", makeMap(seed.metadata));
  for (const [key, value] of Object.entries(seed.extras)) cell.set(key, value);
  return cell;
}

export function makeMap(record: JsonObject): Y.Map<unknown> {
  return new Y.Map(Object.entries(record));
}

/** Fills an empty document. */
export function fillDocument(
  doc: Y.Doc,
  notebook: Notebook,
  ids: readonly string[],
  idsAbsent: boolean,
): void {
  const meta = metaOf(doc);
  meta.set("nbformat", notebook.nbformat);
  meta.set("nbformat_minor", notebook.nbformat_minor);
  meta.set("metadata", makeMap(notebook.metadata));
  if (idsAbsent) meta.set(IDS_ABSENT, true);
  for (const [key, value] of Object.entries(extrasOf(notebook, "notebook"))) meta.set(key, value);
  cellsOf(doc).push(
    notebook.cells.map((cell, index) =>
      makeCell({
        id: ids[index] ?? "",
        cellType: cell.cell_type,
        source: cell.source,
        metadata: cell.metadata,
        extras: extrasOf(cell, "cell"),
      }),
    ),
  );
}

export const yText = (cell: YCell): Y.Text => {
  const source = cell.get("source");
  return source instanceof Y.Text ? source : new Y.Text();
};

export const yMetadata = (cell: YCell): Y.Map<unknown> | undefined => {
  const metadata = cell.get("metadata");
  return metadata instanceof Y.Map ? metadata : undefined;
};

export function readMap(map: Y.Map<unknown> | undefined): JsonObject {
  return (map?.toJSON() ?? {}) as JsonObject;
}

export function readCellType(cell: YCell): CellType {
  const type = cell.get("cell_type");
  return type === "markdown" || type === "raw" ? type : "code";
}
