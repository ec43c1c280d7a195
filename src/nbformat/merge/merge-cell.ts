/** Three versions of one cell to one. */
import { type JsonObject, type JsonValue, jsonEqual } from "../../util/json.ts";
import type { Cell, CodeCell } from "../notebook.ts";
import { markOf, type NotebookConflict, withMark } from "./conflict.ts";
import { linesOf, mergeText } from "./merge-text.ts";
import { type KeyConflict, mergeObjects } from "./merge-values.ts";

export interface CellMergeOptions {
  readonly key: string;
  /** Outputs stay mine: the cell runs. */
  readonly keepsOutputs: boolean;
  /** A new id that theirs gave is taken over. */
  readonly takesIds: boolean;
}

/** Written by programs as they execute: never worth a conflict, and no reason to keep a deleted cell. */
const VOLATILE_KEYS: ReadonlySet<string> = new Set([
  "collapsed",
  "execution",
  "ExecuteTime",
  "loopbook",
  "papermill",
  "scrolled",
]);

const CORE_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "cell_type",
  "source",
  "metadata",
  "outputs",
  "execution_count",
]);

export function sameCell(a: Cell, b: Cell): boolean {
  return a === b || jsonEqual(a as unknown as JsonValue, b as unknown as JsonValue);
}

/** Whether a person changed it: what the cell says, not what executing it left there. */
export function isEdited(before: Cell, after: Cell): boolean {
  return (
    before.source !== after.source ||
    before.cell_type !== after.cell_type ||
    !jsonEqual(lasting(before.metadata), lasting(after.metadata)) ||
    !jsonEqual(fieldsOf(before), fieldsOf(after))
  );
}

export interface MergedCell {
  readonly cell: Cell;
  readonly conflicts: readonly NotebookConflict[];
  /** What theirs were in an undecided conflict that a new one takes the place of: it needs a cell of its own. */
  readonly earlier?: string;
}

/** @param base undefined: both sides inserted it. */
export function mergeCell(
  base: Cell | undefined,
  mine: Cell,
  theirs: Cell,
  options: CellMergeOptions,
): MergedCell {
  const cellId = options.key;
  let earlier: string | undefined;
  if (mine === theirs || (base !== undefined && sameCell(base, theirs)) || sameCell(mine, theirs))
    return { cell: mine, conflicts: [] };
  if (base !== undefined && sameCell(base, mine) && !options.keepsOutputs && options.takesIds)
    return { cell: theirs, conflicts: [] };
  const conflicts: NotebookConflict[] = [];
  const baseSource = base?.source ?? "";
  const source = mergeText(baseSource, mine.source, theirs.source);
  // Undecided since an earlier merge. Where theirs had not seen that yet, what they hold now is what there is to choose.
  const open = markOf(mine.metadata)?.source;
  const hasSeen = markOf(base?.metadata ?? {})?.source !== undefined;
  const isNewer = open !== undefined && !hasSeen && theirs.source !== baseSource;
  const isSettled = isNewer && !source.isConflict && source.text === theirs.source;
  if (source.isConflict || (isNewer && !isSettled)) {
    const sides = { base: baseSource, mine: source.text, theirs: theirs.source };
    conflicts.push({ cellId, what: "source", ...sides });
    if (open !== undefined && hasSeen && !isContained(open.theirs, sides)) earlier = open.theirs;
  }

  let cellType = theirs.cell_type === base?.cell_type ? mine.cell_type : theirs.cell_type;
  if (cellType !== mine.cell_type && mine.cell_type !== base?.cell_type) {
    const sides = { base: base?.cell_type ?? "", mine: mine.cell_type, theirs: theirs.cell_type };
    conflicts.push({ cellId, what: "cell-type", ...sides });
    cellType = mine.cell_type;
  }
  const metadata = mergeObjects(base?.metadata ?? {}, mine.metadata, theirs.metadata);
  const fields = mergeObjects(base ? fieldsOf(base) : {}, fieldsOf(mine), fieldsOf(theirs));
  const tell = (what: "metadata" | "field") => (conflict: KeyConflict) =>
    void conflicts.push({ cellId, what, ...conflict });
  metadata.conflicts.filter(({ key }) => !VOLATILE_KEYS.has(key)).forEach(tell("metadata"));
  fields.conflicts.forEach(tell("field"));

  const id = options.takesIds && mine.id === base?.id && base !== undefined ? theirs.id : mine.id;
  const cell = {
    ...(id !== undefined && { id }),
    cell_type: cellType,
    metadata: isSettled ? settled(metadata.value) : metadata.value,
    source: source.text,
    ...fields.value,
    ...(cellType === "code" && execution(base, mine, theirs, source.text, options)),
  } as Cell;
  return { cell: sameCell(cell, mine) ? mine : cell, conflicts, ...(earlier !== undefined && { earlier }) };
}

/**
 * Outputs and count belong together. Where one side has new ones, that side's. Where both have: theirs only if
 * theirs come from the source as it is merged and mine do not.
 */
function execution(
  base: Cell | undefined,
  mine: Cell,
  theirs: Cell,
  source: string,
  { keepsOutputs }: CellMergeOptions,
): Pick<CodeCell, "outputs" | "execution_count"> {
  const [b, m, t] = [base && executed(base), executed(mine), executed(theirs)];
  const isTheirsNew = !same(b, t);
  const isMineNew = !same(b, m);
  const isTheirSource = theirs.source === source && mine.source !== source;
  return isTheirsNew && !keepsOutputs && (!isMineNew || isTheirSource) ? t : m;
}

function isContained(text: string, { mine, theirs }: { mine: string; theirs: string }): boolean {
  const there = new Set([...linesOf(`${mine}\n`), ...linesOf(`${theirs}\n`)]);
  return linesOf(`${text}\n`).every((line) => line.trim() === "" || there.has(line));
}

function executed(cell: Cell): Pick<CodeCell, "outputs" | "execution_count"> {
  return cell.cell_type === "code"
    ? { execution_count: cell.execution_count, outputs: cell.outputs }
    : { execution_count: null, outputs: [] };
}

function same(a: object | undefined, b: object): boolean {
  return jsonEqual(a as JsonObject | undefined, b as JsonObject);
}

function settled(metadata: JsonObject): JsonObject {
  const { source: _, ...mark } = markOf(metadata) ?? {};
  return withMark(metadata, mark);
}

function lasting(metadata: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !VOLATILE_KEYS.has(key)));
}

function fieldsOf(cell: Cell): JsonObject {
  return Object.fromEntries(Object.entries(cell).filter(([key]) => !CORE_FIELDS.has(key))) as JsonObject;
}
