/** The record of runs, also of ended ones, read without starting anything. */
import { resolve } from "node:path";
import type { RunRecord } from "../../runs/run.ts";
import type { Host } from "../../usecases/host.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CliContext } from "../context.ts";
import { openHost } from "../local-program.ts";
import { allLiveRuns, chooseRun, realPath, whichRun } from "./live-runs.ts";

/** How many of the newest runs a name or path is looked for in. */
const SEARCHED = 500;

export async function withLedger<T>(context: CliContext, use: (host: Host) => Promise<T>): Promise<T> {
  const host = await openHost("INFO", context);
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

/**
 * The record of the run that is meant, live or ended: by id, its beginning, a path (its newest run), a name; without
 * one the newest run.
 * @throws LoopbookError `no-such-run`, `which-run`.
 */
export async function findRecord(context: CliContext, wanted: string | undefined): Promise<RunRecord> {
  const live = await allLiveRuns(() => undefined);
  const pathOf = (path: string) => realPath(resolve(context.cwd, path));
  if (wanted !== undefined || live.length === 1) {
    const chosen = chooseRun(live, wanted, pathOf);
    if (chosen.type === "one") return chosen.found.api.run(chosen.found.run.id);
    if (chosen.type === "many") throw whichRun(chosen.candidates.map(({ run }) => run));
  }
  return withLedger(context, async (host) => {
    const newest = await host.runHistory({ limit: wanted === undefined ? 1 : SEARCHED });
    const chosen = chooseRun(
      newest.map((run) => ({ run })),
      wanted,
      pathOf,
    );
    const [first] = chosen.type === "many" ? chosen.candidates : [];
    const isId = wanted !== undefined && /^(run_)?[0-9a-z]+$/.test(wanted);
    if (first !== undefined && isId && first.run.name !== wanted) {
      throw whichRun(chosen.type === "many" ? chosen.candidates.map(({ run }) => run) : []);
    }
    // Several runs of one notebook: the newest is meant.
    const id = chosen.type === "one" ? chosen.found.run.id : (first?.run.id ?? wanted);
    const record = id === undefined ? null : await host.runRecord(id);
    if (record !== null) return record;
    const what = wanted === undefined ? "No run is recorded yet" : `No run is called ${wanted}`;
    throw new LoopbookError("no-such-run", `${what}. \`loopbook runs\` lists those that are kept.`);
  });
}
