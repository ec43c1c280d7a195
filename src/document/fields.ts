/** Which fields of cells and notebooks have a place of their own in the live document; all others are kept beside them. */

/** In `meta`: the file's cells carry no ids, so none are written. Ours, not Jupyter's. */
export const IDS_ABSENT = "loopbook_ids_absent";

/** Key of the token in a cell that was moved. Ours, not Jupyter's; never in a file. */
export const PLACE = "loopbook_place";

const CELL_FIELDS = new Set([
  PLACE,
  "id",
  "cell_type",
  "source",
  "metadata",
  "outputs",
  "execution_count",
  "execution_state",
]);
const NOTEBOOK_FIELDS = new Set(["nbformat", "nbformat_minor", "metadata", "cells"]);

export function extrasOf(
  record: Readonly<Record<string, unknown>>,
  level: "cell" | "notebook",
): Record<string, unknown> {
  const known = level === "cell" ? CELL_FIELDS : NOTEBOOK_FIELDS;
  return Object.fromEntries(Object.entries(record).filter(([key]) => !known.has(key)));
}

/** Whether a field is none of those that have a place of their own. */
export function isExtra(key: string, level: "cell" | "notebook"): boolean {
  return key !== IDS_ABSENT && Object.hasOwn(extrasOf({ [key]: null }, level), key);
}
