/** Values by name, read from the live document, so that everybody sees the same. */
import type { LiveNotebook } from "../document/live-notebook.ts";
import { valueFault } from "../document/write-values.ts";
import { getValue, valueNames } from "../nbformat/named-values.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import type { JsonValue } from "../util/json.ts";

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
    else if (!isListing) throw valueFault(name, found);
  }
  return Object.fromEntries(values);
}
