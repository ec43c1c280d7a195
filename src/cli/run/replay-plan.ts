/**
 * How an ended run is taken up: its own output is run on, so that what people mended in it counts. Where the kernel
 * still lives (the local server has the notebook), from the cell that is named or failed; else all is run again, and
 * holds before that cell count as approved. Pure.
 */
import type { RunRecord, StepStatus } from "../../runs/run.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { CellId } from "../../util/ids.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import type { RunPlan } from "./run-plan.ts";

const UNFINISHED: ReadonlySet<StepStatus> = new Set([
  "failed",
  "died",
  "timed-out",
  "interrupted",
  "running",
]);

/** The file that an ended run left. @throws LoopbookError `nothing-to-resume`. */
export function fileOfRun({ snapshot, recordPath }: RunRecord): string {
  const path = snapshot.outputPath ?? recordPath ?? snapshot.inputPath;
  if (path !== null) return path;
  throw new LoopbookError(
    "nothing-to-resume",
    `${snapshot.id} read from and wrote to pipes; there is no notebook to take up.`,
  );
}

/** The cell that a run did not get past, if any. */
export function unfinishedCell({ steps }: RunRecord): CellId | null {
  const last = steps.at(-1);
  return last !== undefined && UNFINISHED.has(last.status) ? last.cellId : null;
}

export function replayPlan(record: RunRecord, path: string, fromCell: CellId | null): RunPlan {
  return {
    input: { path },
    output: { type: "in-place" },
    parsed: null,
    specs: [],
    // Values that were changed during the run are the ones that count.
    options: {
      ...record.options,
      parameters: record.snapshot.values,
      allowUnknownParameters: true,
      fromCell,
    },
  };
}

export function replayLine(
  { snapshot, options }: RunRecord,
  more: { readonly json?: true; readonly detach?: true },
): RunCommandLine {
  return {
    name: snapshot.name,
    startTimeout: options.startTimeoutMs / 1000,
    input: options.allowInput,
    hold: options.holdAtTags,
    logLevel: "INFO",
    ...more,
  };
}
