/** Where the notebook of an MLflow run lies: what its tag says, else a folder an experiment, a notebook a run. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { insideFolder } from "../folder-path.ts";
import type { TrackedRun } from "./entities.ts";
import { NOTEBOOK_TAG } from "./run-facts.ts";

const MAX_NAME = 80;

/** Absolute; its folder is there. @throws LoopbookError `outside-folder`. */
export async function notebookOf(folder: string, run: TrackedRun, experiment: string): Promise<string> {
  const named = run.tags.get(NOTEBOOK_TAG);
  const relative =
    named ?? join("mlflow", fileName(experiment), `${fileName(run.name)}-${run.id.slice(0, 6)}.ipynb`);
  const place = join(folder, relative);
  if (named === undefined) await mkdir(dirname(place), { recursive: true });
  return insideFolder(folder, relative);
}

/** What no file system takes amiss; never a hidden file, never another folder. */
export function fileName(text: string): string {
  const safe = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, "-")
    .replace(/^[.\s-]+|[.\s]+$/g, "")
    .slice(0, MAX_NAME);
  return safe === "" ? "run" : safe;
}
