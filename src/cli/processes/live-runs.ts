/** Finds the run that a person means among the live ones of all their processes. */
import { resolve } from "node:path";
import type { ApiClient } from "../../client/api-client.ts";
import { realPath } from "../../library/open-elsewhere.ts";
import type { RunSnapshot } from "../../runs/run.ts";
import { liveProcesses } from "../../server/registry.ts";
import type { RegistryEntry } from "../../server/registry-entry.ts";
import { LoopbookError } from "../../util/errors.ts";
import { stateFolder } from "../state-folder.ts";
import { connect } from "./connect.ts";

export { realPath } from "../../library/open-elsewhere.ts";

export interface FoundRun {
  readonly entry: RegistryEntry;
  readonly api: ApiClient;
  readonly run: RunSnapshot;
}

/** Every live run of this user; processes that do not answer are left out and told of. */
export async function allLiveRuns(say: (line: string) => void): Promise<readonly FoundRun[]> {
  const asked = liveProcesses(stateFolder()).map(async (entry) => {
    const api = connect(entry);
    try {
      return (await api.runs()).map((run) => ({ entry, api, run }));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
  return (await Promise.all(asked)).flat();
}

export type RunChoice<T> =
  | { readonly type: "one"; readonly found: T }
  | { readonly type: "none" }
  | { readonly type: "many"; readonly candidates: readonly T[] };

/**
 * The run that `wanted` names: an id, the beginning of one, a path of its input or output, its name; or, without
 * one, the only run that there is.
 */
export function chooseRun<T extends { readonly run: RunSnapshot }>(
  runs: readonly T[],
  wanted: string | undefined,
  pathOf: (path: string) => string,
): RunChoice<T> {
  if (wanted === undefined) return choice(runs);
  const exact = runs.filter(({ run }) => run.id === wanted);
  if (exact.length > 0) return choice(exact);
  const path = pathOf(wanted);
  const byPath = runs.filter(({ run }) =>
    [run.inputPath, run.outputPath].some((own) => own !== null && pathOf(own) === path),
  );
  if (byPath.length > 0) return choice(byPath);
  const byPrefix = runs.filter(({ run }) => run.id.startsWith(wanted) || run.id.startsWith(`run_${wanted}`));
  if (byPrefix.length > 0) return choice(byPrefix);
  return choice(runs.filter(({ run }) => run.name === wanted));
}

function choice<T>(found: readonly T[]): RunChoice<T> {
  const [first] = found;
  if (first === undefined) return { type: "none" };
  return found.length === 1 ? { type: "one", found: first } : { type: "many", candidates: found };
}

/**
 * The one live run that is meant.
 * @throws LoopbookError `no-live-run`, `which-run`, with what to type.
 */
export async function findLiveRun(
  wanted: string | undefined,
  cwd: string,
  say: (line: string) => void,
): Promise<FoundRun> {
  const runs = await allLiveRuns(say);
  const live = runs.filter(({ run }) => run.endedAtMs === null);
  const chosen = chooseRun(live, wanted, (path) => realPath(resolve(cwd, path)));
  if (chosen.type === "one") return chosen.found;
  if (chosen.type === "many") throw whichRun(chosen.candidates.map(({ run }) => run));
  const rest =
    live.length === 0
      ? "No run is live. `loopbook runs` lists those that ended."
      : `Live are: ${live.map(({ run }) => `${run.id} (${run.name})`).join(", ")}.`;
  throw new LoopbookError(
    "no-live-run",
    wanted === undefined ? rest : `No live run is called ${wanted}. ${rest}`,
  );
}

/** Several runs fit what was typed. */
export function whichRun(runs: readonly RunSnapshot[]): LoopbookError {
  const list = runs.map((run) => `  ${run.id}  ${run.name}  ${run.status}`).join("\n");
  return new LoopbookError(
    "which-run",
    `Several runs are meant; name one (the beginning of its id is enough):\n${list}`,
    {
      exitCode: 2,
    },
  );
}
