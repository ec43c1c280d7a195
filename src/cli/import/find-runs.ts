/** What of other trackers lies in a folder. */
import type { ImportedRun } from "./imported-run.ts";
import { findMlflowRuns } from "./mlflow-store.ts";
import { findEventFolders, tensorBoardRun } from "./tensorboard.ts";
import { findWandbRuns } from "./wandb-run.ts";

export async function findRuns(folder: string): Promise<readonly ImportedRun[]> {
  const [events, wandb, mlflow] = await Promise.all([
    findEventFolders(folder),
    findWandbRuns(folder),
    findMlflowRuns(folder),
  ]);
  return [...[...events].map(([place, files]) => tensorBoardRun(folder, place, files)), ...wandb, ...mlflow];
}
