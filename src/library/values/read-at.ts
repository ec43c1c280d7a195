import type { ParameterValues } from "../../runs/parameters.ts";
import { openElsewhereAs } from "../open-elsewhere.ts";
import { readNotebook } from "./read-notebook.ts";
import { valuesOf } from "./read-values.ts";

/**
 * Values by name, of all when none is named: of the live document where the notebook is open, else of its file.
 * @throws LoopbookError `no-such-value`, `not-a-literal`, `unreadable-value`, `notebook-unreadable`.
 */
export async function readValuesAt(
  path: string,
  names: readonly string[],
  using: string,
): Promise<ParameterValues> {
  const live = await openElsewhereAs(using, path);
  if (live === null) return valuesOf(readNotebook(path).notebook, names);
  return (await live.api.values(live.notebookId, names)).values;
}
