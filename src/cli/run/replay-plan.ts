/** How an ended run is taken up again: its own output is run anew, so that what people changed in it counts. Pure. */
import type { RunRecord } from "../../runs/run.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import type { RunPlan } from "./run-plan.ts";

/** @throws LoopbookError `nothing-to-resume` for a run that left no file. */
export function replayPlan(record: RunRecord): RunPlan {
  const { snapshot, options, recordPath } = record;
  const path = snapshot.outputPath ?? recordPath ?? snapshot.inputPath;
  if (path === null) {
    throw new LoopbookError(
      "nothing-to-resume",
      `${snapshot.id} read from and wrote to pipes; there is no notebook to take up.`,
    );
  }
  return {
    input: { path },
    output: { type: "in-place" },
    parsed: null,
    specs: [],
    // Values that were changed during the run are the ones that count.
    options: { ...options, parameters: snapshot.values, allowUnknownParameters: true, fromCell: null },
  };
}

export function replayLine(
  record: RunRecord,
  options: { readonly json?: true; readonly detach?: true },
): RunCommandLine {
  return {
    name: record.snapshot.name,
    startTimeout: record.options.startTimeoutMs / 1000,
    input: record.options.allowInput,
    hold: record.options.holdAtTags,
    logLevel: "INFO",
    ...options,
  };
}
