/**
 * A script that logs by MLflow waits for the answer to each call. So a pause holds the answer back, for less time than
 * its client waits (120 s); a pause that is longer lets one call through a minute.
 */
import type { AttachedRun } from "../../usecases/attached-run.ts";
import type { RunLog } from "./run-log.ts";

const LONGEST_MS = 60_000;

export async function waitWhilePaused(run: AttachedRun, log: RunLog): Promise<void> {
  const wantsPause = (): boolean => run.news().wanted.state === "pause";
  if (!wantsPause()) return;
  await log.addFacts([{ type: "control", time: Date.now() / 1000, state: "held" }]);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stop();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, LONGEST_MS);
    const stop = run.onNews(() => {
      if (!wantsPause()) done();
    });
    if (!wantsPause()) done();
  });
  if (!wantsPause()) await log.addFacts([{ type: "control", time: Date.now() / 1000, state: "running" }]);
}
