/**
 * Conflicts of a merge, and how a notebook carries them until somebody decides: the cell holds `mine`, and
 * `metadata.loopbook.conflict` the rest. So a conflict outlives the process that found it, and every reader of the
 * notebook sees the same.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../util/json.ts";
import type { Cell, Notebook } from "../notebook.ts";
import type { KeyConflict } from "./merge-values.ts";

export type ConflictChoice = "mine" | "theirs" | "both";

interface OfCell {
  readonly cellId: string;
}

export type NotebookConflict =
  | (OfCell & {
      readonly what: "source" | "cell-type";
      readonly base: string;
      readonly mine: string;
      readonly theirs: string;
    })
  /** `field`: beside the metadata, such as attachments. `cellId: null`: the notebook's own. */
  | ({ readonly cellId: string | null; readonly what: "metadata" | "field" } & KeyConflict)
  /** One side deleted the cell, the other changed it; the changed cell is kept. */
  | (OfCell & { readonly what: "deleted"; readonly by: "mine" | "theirs" });

interface TextSides {
  readonly base: string;
  readonly theirs: string;
}

interface ValueSides {
  readonly base?: JsonValue;
  readonly theirs?: JsonValue;
}

/** As it stands in the metadata. */
export interface ConflictMark {
  readonly source?: TextSides;
  readonly cell_type?: TextSides;
  readonly metadata?: Readonly<Record<string, ValueSides>>;
  readonly fields?: Readonly<Record<string, ValueSides>>;
  readonly deleted?: "mine" | "theirs";
  /** In a file that a merge wrote: one of two cells that stand for one, or the note before them. */
  readonly side?: "note" | "mine" | "theirs";
}

/** What of a mark can be read; a file's metadata may hold anything. */
export function markOf(metadata: JsonObject): ConflictMark | undefined {
  const { loopbook } = metadata;
  if (!isJsonObject(loopbook) || !isJsonObject(loopbook.conflict)) return undefined;
  const { source, cell_type, metadata: keys, fields, deleted, side } = loopbook.conflict;
  return {
    ...(isTextSides(source) && { source }),
    ...(isTextSides(cell_type) && { cell_type }),
    ...(isJsonObject(keys) && { metadata: valueSides(keys) }),
    ...(isJsonObject(fields) && { fields: valueSides(fields) }),
    ...((deleted === "mine" || deleted === "theirs") && { deleted }),
    ...((side === "note" || side === "mine" || side === "theirs") && { side }),
  };
}

function isTextSides(value: JsonValue | undefined): value is JsonObject & { base: string; theirs: string } {
  return isJsonObject(value) && typeof value.base === "string" && typeof value.theirs === "string";
}

function valueSides(keys: JsonObject): Record<string, ValueSides> {
  return Object.fromEntries(Object.entries(keys).filter(([, sides]) => isJsonObject(sides))) as Record<
    string,
    ValueSides
  >;
}

/** The same metadata with another mark, or with none. */
export function withMark(metadata: JsonObject, mark: ConflictMark | undefined): JsonObject {
  const { loopbook, ...rest } = metadata;
  const { conflict: _, ...others } = isJsonObject(loopbook) ? loopbook : {};
  const isEmpty = mark === undefined || Object.keys(mark).length === 0;
  const ours: JsonObject = isEmpty ? others : { ...others, conflict: mark as unknown as JsonObject };
  if (Object.keys(ours).length > 0) return { ...rest, loopbook: ours };
  // A value that was there before and is no object is not ours to drop.
  return loopbook === undefined || isJsonObject(loopbook) ? rest : metadata;
}

/** Writes conflicts into the cells (and, for the notebook's own, into its metadata). Their `cellId` is found in `keys`. */
export function markConflicts(
  notebook: Notebook,
  keys: readonly string[],
  conflicts: readonly NotebookConflict[],
): Notebook {
  if (conflicts.length === 0) return notebook;
  const byKey = new Map<string | null, NotebookConflict[]>();
  for (const conflict of conflicts) {
    const list = byKey.get(conflict.cellId);
    if (list === undefined) byKey.set(conflict.cellId, [conflict]);
    else list.push(conflict);
  }
  const marked = (metadata: JsonObject, found: readonly NotebookConflict[] | undefined): JsonObject =>
    found === undefined ? metadata : withMark(metadata, found.reduce(addToMark, markOf(metadata) ?? {}));
  return {
    ...notebook,
    metadata: marked(notebook.metadata, byKey.get(null)),
    cells: notebook.cells.map((cell, index): Cell => {
      const found = byKey.get(keys[index] ?? "");
      return found === undefined ? cell : { ...cell, metadata: marked(cell.metadata, found) };
    }),
  };
}

function addToMark(mark: ConflictMark, conflict: NotebookConflict): ConflictMark {
  switch (conflict.what) {
    case "source":
      return { ...mark, source: { base: conflict.base, theirs: conflict.theirs } };
    case "cell-type":
      return { ...mark, cell_type: { base: conflict.base, theirs: conflict.theirs } };
    case "metadata":
    case "field": {
      const { key, base, theirs } = conflict;
      const sides = { ...(base !== undefined && { base }), ...(theirs !== undefined && { theirs }) };
      return conflict.what === "metadata"
        ? { ...mark, metadata: { ...mark.metadata, [key]: sides } }
        : { ...mark, fields: { ...mark.fields, [key]: sides } };
    }
    case "deleted":
      return { ...mark, deleted: conflict.by };
  }
}

/** What is undecided in a notebook, in the order of its cells. `keys`: how its cells are called; default: their ids. */
export function conflictsIn(notebook: Notebook, keys?: readonly string[]): NotebookConflict[] {
  const found: NotebookConflict[] = ofMark(null, notebook);
  for (const [index, cell] of notebook.cells.entries()) {
    const mark = markOf(cell.metadata);
    if (mark === undefined) continue;
    const cellId = keys?.[index] ?? cell.id ?? `#${index + 1}`;
    const next = notebook.cells[index + 1];
    if (mark.side === "mine" && next !== undefined && markOf(next.metadata)?.side === "theirs") {
      const base = mark.source?.base ?? "";
      found.push({ cellId, what: "source", base, mine: cell.source, theirs: next.source });
    }
    found.push(...ofMark(cellId, cell));
  }
  return found;
}

function ofMark(cellId: string | null, owner: Cell | Notebook): NotebookConflict[] {
  const mark = markOf(owner.metadata);
  if (mark === undefined) return [];
  const found: NotebookConflict[] = [];
  const cell = owner as Partial<Cell>;
  if (cellId !== null && mark.source !== undefined && mark.side === undefined) {
    const { base, theirs } = mark.source;
    found.push({ cellId, what: "source", base, mine: cell.source ?? "", theirs });
  }
  if (cellId !== null && mark.cell_type !== undefined) {
    const { base, theirs } = mark.cell_type;
    found.push({ cellId, what: "cell-type", base, mine: cell.cell_type ?? "", theirs });
  }
  for (const [key, { base, theirs }] of Object.entries(mark.metadata ?? {}))
    found.push({ cellId, what: "metadata", key, base, mine: owner.metadata[key], theirs });
  for (const [key, { base, theirs }] of Object.entries(mark.fields ?? {}))
    found.push({ cellId, what: "field", key, base, mine: owner[key] as JsonValue | undefined, theirs });
  if (cellId !== null && mark.deleted !== undefined)
    found.push({ cellId, what: "deleted", by: mark.deleted });
  return found;
}
