import { valueFault } from "../../document/write-values.ts";
import { getValue, valueNames } from "../../nbformat/named-values.ts";
import type { Notebook } from "../../nbformat/notebook.ts";
import type { ParameterValues } from "../../runs/parameters.ts";
import type { JsonValue } from "../../util/json.ts";
import { nearestOf } from "./nearest.ts";

/**
 * The values of these names; of all that can be read when none is named.
 * @throws LoopbookError `no-such-value`, `not-a-literal`, `unreadable-value`.
 */
export function valuesOf(notebook: Notebook, names: readonly string[]): ParameterValues {
  const values: Record<string, JsonValue> = {};
  for (const name of names.length > 0 ? names : valueNames(notebook)) {
    const found = getValue(notebook, name);
    if (found.ok) values[name] = found.value;
    else if (names.length > 0) throw valueFault(name, found, { hint: nearestOf });
  }
  return values;
}
