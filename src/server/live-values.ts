/** Values by name, read from and written into the live document, so that everybody who has it open sees them. */
import type { NotebookEdit } from "../document/edits.ts";
import type { LiveNotebook } from "../document/live-notebook.ts";
import {
  getValue,
  type NamedChange,
  type NamedValueFault,
  setValue,
  valueNames,
} from "../nbformat/named-values.ts";
import type { Notebook } from "../nbformat/notebook.ts";
import { type Party, partyLabel } from "../people/party.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { LoopbookError } from "../util/errors.ts";
import type { CellId } from "../util/ids.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";

/**
 * The values of these names; of all that can be read when none is named.
 * @throws LoopbookError `no-such-value`, `not-a-literal`, `unreadable-value`.
 */
export function readValues(live: LiveNotebook, names: readonly string[]): ParameterValues {
  const notebook = live.toNotebook();
  const isListing = names.length === 0;
  const values: [string, JsonValue][] = [];
  for (const name of isListing ? valueNames(notebook) : names) {
    const found = getValue(notebook, name);
    if (found.ok) values.push([name, found.value]);
    else if (!isListing) throw faultOf(found);
  }
  return Object.fromEntries(values);
}

/**
 * Writes all of the values or none, in one transaction. With `expected`, only if those are the values now.
 * @throws LoopbookError as `readValues`; `value-changed`, `bad-value`.
 */
export function writeValues(
  live: LiveNotebook,
  values: ParameterValues,
  expected: ParameterValues,
  by: Party,
): ParameterValues {
  const before = live.toNotebook();
  for (const [name, value] of Object.entries(expected)) expectValue(before, name, value);
  let notebook = before;
  for (const [name, value] of Object.entries(values)) {
    const change = setValue(notebook, name, value);
    if (!change.ok) throw faultOf(change);
    notebook = change.notebook;
  }
  const done = live.applyAll(editsBetween(live, before, notebook), { type: "person", label: partyLabel(by) });
  // Read and written without a pause, so nobody can have come between.
  if (!done.ok) throw new Error(`values could not be written: ${done.reason}`);
  return readValues(live, Object.keys(values));
}

function expectValue(notebook: Notebook, name: string, value: JsonValue): void {
  const found = getValue(notebook, name);
  if (!found.ok) throw faultOf(found);
  if (jsonEqual(found.value, value)) return;
  throw new LoopbookError(
    "value-changed",
    `${name} is ${JSON.stringify(found.value)} by now, not ${JSON.stringify(value)}; nothing was changed.`,
  );
}

/** Cells that changed are other objects; the rest are the same. */
function editsBetween(live: LiveNotebook, before: Notebook, after: Notebook): NotebookEdit[] {
  const ids = live.cellIds();
  return after.cells.flatMap((cell, index): NotebookEdit[] => {
    if (cell === before.cells[index]) return [];
    const id = (cell.id as CellId | undefined) ?? ids[index];
    return id === undefined ? [] : [{ type: "set-source", id, source: cell.source }];
  });
}

function faultOf(fault: NamedValueFault | Extract<NamedChange, { ok: false }>): LoopbookError {
  return new LoopbookError(CODES[fault.reason], fault.message);
}

const CODES = {
  "no-such-name": "no-such-value",
  "not-a-literal": "not-a-literal",
  ambiguous: "unreadable-value",
  "unknown-language": "unreadable-value",
  "no-literal-for-value": "bad-value",
  changed: "value-changed",
} as const;
