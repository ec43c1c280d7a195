/**
 * Where the values of a run go into the notebook: a cell tagged `injected-parameters` behind the cell tagged
 * `parameters`, in place of an earlier injected one, at the top where there is neither (papermill's rules). With
 * several parameters cells each is followed by the values of its own names, because a later one would otherwise set
 * them back. Pure: gives edits.
 */
import type { NotebookEdit } from "../../document/edits.ts";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import { type JsonObject, type JsonValue, tagsOf } from "../../nbformat/notebook.ts";
import { CellId } from "../../util/ids.ts";
import { isJsonObject } from "../../util/json.ts";
import type { ParameterSpec, ParameterValues } from "../parameters.ts";
import { TAGS } from "../tags.ts";
import type { CellsView } from "../walk.ts";
import { assignmentCode } from "./generate.ts";
import { findLanguage } from "./languages/all.ts";

export interface InjectOptions {
  readonly values: ParameterValues;
  readonly specs: readonly ParameterSpec[];
  readonly kernelName: string | null;
  readonly language: string | null;
  /** Hides the source of what is injected. */
  readonly reportMode: boolean;
  readonly newCellId?: () => CellId;
}

/** @throws LoopbookError `no-parameter-language`, `bad-parameter`. */
export function injectionEdits(view: CellsView, options: InjectOptions): NotebookEdit[] {
  if (Object.keys(options.values).length === 0) return [];
  const ids = view.cellIds();
  const cells = ids.flatMap((id) => view.cell(id) ?? []);
  const declaring = cells.filter((cell) => tagsOf(cell).includes(TAGS.parameters));
  const earlier = cells.filter((cell) => tagsOf(cell).includes(TAGS.injected));
  const [replaced] = earlier;
  const removed = new Set(earlier.map(({ id }) => id));
  const edits: NotebookEdit[] = earlier.map(({ id }) => ({ type: "delete-cell", id }));

  if (declaring.length > 1) {
    for (const [after, values] of byDeclaringCell(declaring, options)) {
      edits.push(insertion(after, values, declaring, options));
    }
  } else {
    const before = replaced === undefined ? [] : ids.slice(0, ids.indexOf(replaced.id));
    const inPlace = before.findLast((id) => !removed.has(id)) ?? null;
    const after = replaced === undefined ? (declaring[0]?.id ?? null) : inPlace;
    edits.push(insertion(after, options.values, declaring, options));
  }
  return edits;
}

function byDeclaringCell(
  declaring: readonly CellSnapshot[],
  { values, specs }: InjectOptions,
): Map<CellId, Record<string, JsonValue>> {
  const [first] = declaring;
  const cellOf = new Map(specs.map((spec) => [spec.name, spec.cellId]));
  const groups = new Map<CellId, Record<string, JsonValue>>();
  for (const [name, value] of Object.entries(values)) {
    const cellId = cellOf.get(name) ?? first?.id;
    if (cellId !== undefined) groups.set(cellId, { ...groups.get(cellId), [name]: value });
  }
  return groups;
}

function insertion(
  after: CellId | null,
  values: ParameterValues,
  declaring: readonly CellSnapshot[],
  options: InjectOptions,
): NotebookEdit {
  const declarations = declaring.map(({ source }) => source).join("\n");
  const metadata: JsonObject = { tags: [TAGS.injected] };
  if (options.reportMode) metadata.jupyter = { source_hidden: true };
  const cell = {
    id: (options.newCellId ?? CellId.create)(),
    cellType: "code" as const,
    source: assignmentCode(values, { ...options, declarations }),
    metadata,
  };
  return { type: "insert-cell", cell, after };
}

/** Hides the source of every code cell, as papermill's report mode does. */
export function reportModeEdits(view: CellsView): NotebookEdit[] {
  return view.cellIds().flatMap((id): NotebookEdit[] => {
    const cell = view.cell(id);
    if (cell?.cellType !== "code") return [];
    const { jupyter } = cell.metadata;
    const value = { ...(isJsonObject(jupyter) ? jupyter : {}), source_hidden: true };
    return [{ type: "set-cell-metadata", id, key: "jupyter", value }];
  });
}

/**
 * The values in force when a run begins: the declared defaults, over them what an injected cell that stays gives,
 * over them what was passed.
 */
export function startingValues(view: CellsView, options: InjectOptions): ParameterValues {
  const values: Record<string, JsonValue> = {};
  for (const spec of options.specs) {
    if (spec.defaultValue !== undefined) values[spec.name] = spec.defaultValue;
  }
  const language = findLanguage(options.kernelName, options.language);
  if (Object.keys(options.values).length === 0 && language !== null) {
    for (const id of view.cellIds()) {
      const cell = view.cell(id);
      if (cell === undefined || !tagsOf(cell).includes(TAGS.injected)) continue;
      for (const { name, valueSource } of language.assignments(cell.source)) {
        const value = language.literal(valueSource);
        if (value !== undefined) values[name] = value;
      }
    }
  }
  return { ...values, ...options.values };
}
