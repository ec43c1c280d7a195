/**
 * Values of a notebook, read and written by name. A name is, in this order:
 * 1. a cell's `metadata.name` (as nbtransom wrote: a code cell `name = literal`; also a Markdown or raw cell, whose
 *    value is its text, and a table, see `tables.ts`);
 * 2. a variable assigned at the top level of a cell tagged `parameters` or `injected-parameters`; the last one counts,
 *    because it is what holds when the notebook has run;
 * 3. a cell's tag.
 * Literals are read, never evaluated. A change replaces the literal's characters only; id, tags, metadata, outputs
 * and every other cell object stay the same.
 */

import { CellId } from "../util/ids.ts";
import type { JsonObject, JsonValue } from "../util/json.ts";
import { derivedCellId } from "./cell-ids.ts";
import { hasCellIds } from "./file-origin.ts";
import { LiteralFault, type LiteralLanguage, literalLanguageOf } from "./literals.ts";
import type { Cell, CodeCell, Notebook } from "./notebook.ts";
import { tagsOf } from "./notebook.ts";
import { tableOf } from "./tables.ts";
import { findAssignments, printAssignment } from "./values/assignments.ts";
import { getSourceValue, type SetOptions, type SourceFault, setSourceValue } from "./values/source-value.ts";

export type { SetOptions } from "./values/source-value.ts";
export { getSourceValue, setSourceValue } from "./values/source-value.ts";

export type NamedBy = "cell-name" | "variable" | "tag";

export interface ValuePlace {
  readonly cellIndex: number;
  readonly by: NamedBy;
}

export type NamedValue =
  | { readonly ok: true; readonly value: JsonValue; readonly place: ValuePlace }
  | NamedValueFault;

/** Why there is no value; `message` is a sentence for the user. */
export interface NamedValueFault {
  readonly ok: false;
  readonly reason: SourceFault["reason"] | "unknown-language";
  readonly message: string;
  /** The names that there are, to propose the nearest from. */
  readonly known: readonly string[];
}

export type NamedChange =
  | {
      readonly ok: true;
      readonly notebook: Notebook;
      readonly place: ValuePlace;
      /** The changed or added cell, for a live document that applies the change as an edit of its own. */
      readonly cell: Cell;
      readonly isNewCell: boolean;
      readonly previous: JsonValue | undefined;
    }
  | NamedValueFault
  /** Compare-and-set: somebody else has changed the value. */
  | { readonly ok: false; readonly reason: "changed"; readonly message: string; readonly actual: JsonValue }
  /** The language or the cell has no way to hold such a value. */
  | { readonly ok: false; readonly reason: "no-literal-for-value"; readonly message: string };

export interface SetValueOptions extends Omit<SetOptions, "isWholeCell"> {
  /** Where the name is unknown, add a cell `name = literal` at the end, as nbtransom did. */
  readonly create?: boolean;
}

/** Cells whose assignments are values of the notebook. */
const PARAMETER_TAGS = ["parameters", "injected-parameters"];

/** Where the value of that name stands, or undefined. */
export function locateValue(notebook: Notebook, name: string): ValuePlace | undefined {
  const named = notebook.cells.findIndex((cell) => cell.metadata.name === name);
  if (named >= 0) return { cellIndex: named, by: "cell-name" };
  const language = literalLanguageOf(notebook.metadata);
  const assigning = notebook.cells.findLastIndex(
    (cell) => language !== undefined && isParameterCell(cell) && assignedNames(cell, language).includes(name),
  );
  if (assigning >= 0) return { cellIndex: assigning, by: "variable" };
  const tagged = notebook.cells.findIndex((cell) => tagsOf(cell).includes(name));
  return tagged < 0 ? undefined : { cellIndex: tagged, by: "tag" };
}

/** The names of cells and parameters, in document order, each once. Tags are left out: most tags name no value. */
export function valueNames(notebook: Notebook): string[] {
  const language = literalLanguageOf(notebook.metadata);
  const names = new Set<string>();
  for (const cell of notebook.cells) {
    if (typeof cell.metadata.name === "string") names.add(cell.metadata.name);
    if (language === undefined || !isParameterCell(cell)) continue;
    for (const name of assignedNames(cell, language)) names.add(name);
  }
  return [...names];
}

/**
 * The value of that name.
 *
 * @example
 * ```ts
 * const found = getValue(notebook, "lr");
 * if (found.ok) console.log(found.value);
 * ```
 */
export function getValue(notebook: Notebook, name: string): NamedValue {
  const place = locateValue(notebook, name);
  const cell = place === undefined ? undefined : notebook.cells[place.cellIndex];
  if (place === undefined || cell === undefined) return unknownName(notebook, name);
  const table = tableOf(cell);
  if (table !== undefined) return { ok: true, value: { columns: table.columns, data: table.data }, place };
  if (cell.cell_type !== "code") return { ok: true, value: cell.source, place };
  const language = literalLanguageOf(notebook.metadata);
  if (language === undefined) return unknownLanguage(notebook);
  const found = getSourceValue(cell.source, name, language, { isWholeCell: place.by !== "variable" });
  return found.ok ? { ok: true, value: found.value, place } : named(notebook, name, found);
}

/**
 * A new notebook with another value of that name; all cells but one are the same objects. With `expected` the
 * change is made only if that is the value now (compare-and-set).
 *
 * @example
 * ```ts
 * const changed = setValue(notebook, "lr", 0.05, { expected: 0.1 });
 * if (changed.ok) notebook = changed.notebook;
 * ```
 */
export function setValue(
  notebook: Notebook,
  name: string,
  value: JsonValue,
  options: SetValueOptions = {},
): NamedChange {
  const place = locateValue(notebook, name);
  const cell = place === undefined ? undefined : notebook.cells[place.cellIndex];
  const language = literalLanguageOf(notebook.metadata);
  if (place === undefined || cell === undefined)
    return options.create && options.expected === undefined
      ? appendValue(notebook, name, value, language)
      : unknownName(notebook, name);
  if (tableOf(cell) !== undefined)
    return { ok: false, reason: "no-literal-for-value", message: `${name} is a table; write it as one.` };
  if (cell.cell_type !== "code") return setText(notebook, name, value, place, cell, options);
  if (language === undefined) return unknownLanguage(notebook);
  const isWholeCell = place.by !== "variable";
  const change = setSourceValue(cell.source, name, value, language, { ...options, isWholeCell });
  if (change.ok) return replaceCell(notebook, place, { ...cell, source: change.source }, change.previous);
  if (change.reason === "changed")
    return {
      ok: false,
      reason: "changed",
      message: `${name} was not set: ${change.detail}, not the expected one.`,
      actual: change.actual,
    };
  if (change.reason === "no-literal-for-value")
    return { ok: false, reason: change.reason, message: `${name} was not set: ${change.detail}.` };
  return named(notebook, name, change);
}

function setText(
  notebook: Notebook,
  name: string,
  value: JsonValue,
  place: ValuePlace,
  cell: Cell,
  options: SetValueOptions,
): NamedChange {
  if (typeof value !== "string") {
    const message = `${name} is the text of a ${cell.cell_type} cell; only a text can stand there.`;
    return { ok: false, reason: "no-literal-for-value", message };
  }
  if (options.expected !== undefined && options.expected !== cell.source) {
    const message = `${name} was not set: its text is another than expected.`;
    return { ok: false, reason: "changed", message, actual: cell.source };
  }
  return replaceCell(notebook, place, { ...cell, source: value }, cell.source);
}

function replaceCell(
  notebook: Notebook,
  place: ValuePlace,
  cell: Cell,
  previous: JsonValue | undefined,
): NamedChange {
  const isSame = notebook.cells[place.cellIndex]?.source === cell.source;
  const cells = isSame ? notebook.cells : notebook.cells.with(place.cellIndex, cell);
  return {
    ok: true,
    notebook: isSame ? notebook : { ...notebook, cells },
    place,
    cell,
    isNewCell: false,
    previous,
  };
}

function appendValue(
  notebook: Notebook,
  name: string,
  value: JsonValue,
  language: LiteralLanguage | undefined,
): NamedChange {
  if (language === undefined) return unknownLanguage(notebook);
  try {
    const cell = newNamedCell(notebook, name, printAssignment(language, name, value));
    if (!assignedNames(cell, language).includes(name))
      return {
        ok: false,
        reason: "no-literal-for-value",
        message: `${JSON.stringify(name)} cannot be the name of a variable.`,
      };
    const place: ValuePlace = { cellIndex: notebook.cells.length, by: "cell-name" };
    const cells = [...notebook.cells, cell];
    return { ok: true, notebook: { ...notebook, cells }, place, cell, isNewCell: true, previous: undefined };
  } catch (error) {
    if (!(error instanceof LiteralFault)) throw error;
    return { ok: false, reason: "no-literal-for-value", message: `${name} was not set: ${error.message}.` };
  }
}

function newNamedCell(notebook: Notebook, name: string, source: string): CodeCell {
  const metadata: JsonObject = { name };
  const cell: CodeCell = { cell_type: "code", metadata, source, execution_count: null, outputs: [] };
  if (!hasCellIds(notebook)) return cell;
  const taken = new Set(notebook.cells.map((other) => other.id));
  return { ...cell, id: CellId.of(derivedCellId(`value ${name}`, (id) => taken.has(id))) };
}

function isParameterCell(cell: Cell): boolean {
  return cell.cell_type === "code" && tagsOf(cell).some((tag) => PARAMETER_TAGS.includes(tag));
}

function assignedNames(cell: Cell, language: LiteralLanguage): string[] {
  return findAssignments(language, cell.source).map((assignment) => assignment.name);
}

function unknownName(notebook: Notebook, name: string): NamedValueFault {
  const known = valueNames(notebook);
  const list = known.length > 12 ? `${known.slice(0, 12).join(", ")}, …` : known.join(", ");
  const message =
    known.length === 0
      ? `There is no value called ${name}: no cell is named, and none is tagged "parameters".`
      : `There is no value called ${name}. There are: ${list}.`;
  return { ok: false, reason: "no-such-name", message, known };
}

function unknownLanguage(notebook: Notebook): NamedValueFault {
  const message =
    "The notebook's language is not one whose values can be read (Python, R, Julia, Scala, bash, JavaScript).";
  return { ok: false, reason: "unknown-language", message, known: valueNames(notebook) };
}

function named(notebook: Notebook, name: string, fault: SourceFault): NamedValueFault {
  const message = `The value of ${name} cannot be read: ${fault.detail}.`;
  return { ok: false, reason: fault.reason, message, known: valueNames(notebook) };
}
