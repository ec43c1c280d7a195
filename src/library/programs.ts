/**
 * What the package offers programs beside files: runs, and values where they are live. Host, kernels, client and
 * ledger are loaded by the first call: who only opens and saves notebooks never pays for them.
 */
import { resolve } from "node:path";
import type { ValueChanges } from "../document/value-changes.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import type { RunNotebookOptions, RunResult } from "./run-notebook-options.ts";

/**
 * Runs a notebook's cells in a kernel of its own and returns the record of the run: what was executed, how each step
 * and the run ended, versions, and the executed notebook. A cell that fails is no exception: look at `snapshot`.
 *
 * @example
 * ```ts
 * import { runNotebook } from "loopbook";
 *
 * const run = await runNotebook("train.ipynb", {
 *   output: "out.ipynb",
 *   parameters: { lr: 0.05 },
 *   hooks: { onCellComplete: ({ index, outcome }) => console.log(index, outcome.type) },
 *   signal: AbortSignal.timeout(3_600_000),
 * });
 * if (run.snapshot.exitCode !== 0) throw new Error(run.snapshot.outcome ?? run.snapshot.status);
 * ```
 * @throws LoopbookError before anything runs: `notebook-unreadable`, `unknown-parameter`, `bad-parameter`,
 *   `no-such-kernel`, `output-unwritable`, `no-store`; what a hook threw; the signal's reason when it was aborted
 *   before the start.
 */
export async function runNotebook(path: string, options: RunNotebookOptions = {}): Promise<RunResult> {
  const { runNotebookNow } = await import("./run-notebook.ts");
  return runNotebookNow(path, options);
}

/**
 * Values by name, also of a notebook that is open in a run or on the page: then they are those of the live document.
 * Without names all that can be read.
 *
 * @example
 * ```ts
 * import { readValues, watchValues, writeValues } from "loopbook";
 *
 * const { lr } = await readValues("train.ipynb", ["lr"]);
 * await writeValues("train.ipynb", { values: { lr: 0.05 }, expected: { lr } });
 * for await (const now of watchValues("train.ipynb", ["lr"])) if (now.lr === 0.05) break;
 * ```
 * @throws LoopbookError `no-such-value`, `not-a-literal`, `unreadable-value`, `notebook-unreadable`.
 */
export async function readValues(path: string, names: readonly string[] = []): Promise<ParameterValues> {
  const { readValuesAt } = await import("./values/read-at.ts");
  return readValuesAt(resolve(path), names, "library");
}

/**
 * Writes values and tables by name, all or none: into the live document where the notebook is open, else into its
 * file. With `create` a name that there is not gets a cell at the end.
 * @throws LoopbookError as `readValues`; `value-changed` when `expected` does not hold, `bad-value`, `table-refused`.
 */
export async function writeValues(path: string, changes: ValueChanges): Promise<void> {
  const { writeValuesAt } = await import("./values/write-at.ts");
  await writeValuesAt(resolve(path), changes, "library");
}

/** The values now, then at each change, until `signal` or the loop's end. What is being typed is not shown. */
export async function* watchValues(
  path: string,
  names: readonly string[],
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<ParameterValues, void, undefined> {
  const { watchValuesAt } = await import("./values/watch-values.ts");
  yield* watchValuesAt(path, names, options.signal);
}
