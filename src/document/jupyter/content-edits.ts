/** The edits that turn what people wrote in one notebook into what they wrote in another. Pure. */
import { movedKeys } from "../../nbformat/merge/merge-order.ts";
import type { CellType, JsonObject, JsonValue } from "../../nbformat/notebook.ts";
import type { CellId } from "../../util/ids.ts";
import { jsonEqual } from "../../util/json.ts";
import type { NotebookEdit } from "../edits.ts";
import { TRUSTED } from "./jupyter-schema.ts";

export interface CellContent {
  readonly cellType: CellType;
  readonly source: string;
  readonly metadata: JsonObject;
  /** `attachments`, and fields that we do not know. */
  readonly fields: JsonObject;
}

export interface NotebookContent {
  readonly metadata: JsonObject;
  readonly minor: number;
  readonly fields: JsonObject;
}

/** The fewest deletions, moves and insertions from one order of cells to another. */
export function orderEdits(
  now: readonly CellId[],
  next: readonly CellId[],
  contentOf: (id: CellId) => CellContent | undefined,
): NotebookEdit[] {
  const edits: NotebookEdit[] = [];
  const stays = new Set(next);
  for (const id of now) if (!stays.has(id)) edits.push({ type: "delete-cell", id });
  const known = new Set(now);
  const moved = movedKeys(now, next);
  let after: CellId | null = null;
  for (const id of next) {
    if (!known.has(id)) {
      const content = contentOf(id);
      if (content) edits.push({ type: "insert-cell", cell: { id, ...ofFile(content) }, after });
    } else if (moved.has(id)) edits.push({ type: "move-cell", id, after });
    after = id;
  }
  return edits;
}

/** All but the source. */
export function cellEdits(id: CellId, now: CellContent, next: CellContent): NotebookEdit[] {
  return [
    ...(now.cellType === next.cellType
      ? []
      : [{ type: "set-cell-type", id, cellType: next.cellType } satisfies NotebookEdit]),
    ...changedKeys(now.metadata, next.metadata)
      .filter(([key]) => key !== TRUSTED)
      .map(([key, value]): NotebookEdit => ({ type: "set-cell-metadata", id, key, value })),
    ...changedKeys(now.fields, next.fields).map(
      ([key, value]): NotebookEdit => ({ type: "set-cell-field", id, key, value }),
    ),
  ];
}

export function notebookEdits(now: NotebookContent, next: NotebookContent): NotebookEdit[] {
  return [
    ...changedKeys(now.metadata, next.metadata).map(
      ([key, value]): NotebookEdit => ({ type: "set-notebook-metadata", key, value }),
    ),
    ...changedKeys(now.fields, next.fields).map(
      ([key, value]): NotebookEdit => ({ type: "set-notebook-field", key, value }),
    ),
    ...(now.minor === next.minor
      ? []
      : [{ type: "set-notebook-field", key: "nbformat_minor", value: next.minor } satisfies NotebookEdit]),
  ];
}

/** As a file has it. */
export function ofFile(content: CellContent): CellContent {
  if (!Object.hasOwn(content.metadata, TRUSTED)) return content;
  const { [TRUSTED]: _theirs, ...metadata } = content.metadata;
  return { ...content, metadata };
}

function changedKeys(now: JsonObject, next: JsonObject): [key: string, value: JsonValue | undefined][] {
  const own = (record: JsonObject, key: string): JsonValue | undefined =>
    Object.hasOwn(record, key) ? record[key] : undefined;
  return [...new Set([...Object.keys(now), ...Object.keys(next)])]
    .filter((key) => !jsonEqual(own(now, key), own(next, key)))
    .map((key) => [key, own(next, key)]);
}
