/**
 * What papermill writes into a notebook's metadata, in its shape, so that tools that read its output read ours. The
 * words for a cell are papermill's four; where they are not enough (`died`, `timed-out`, `skipped` …) the true one
 * stands beside them in `metadata.loopbook`.
 */
import type { JsonObject } from "../nbformat/notebook.ts";
import type { ParameterSpec, ParameterValues } from "./parameters.ts";
import type { StepRecord, StepStatus } from "./run.ts";

export interface PapermillRun {
  readonly parameters: ParameterValues;
  readonly specs: readonly ParameterSpec[];
  readonly inputPath: string | null;
  readonly outputPath: string | null;
  readonly version: string;
  readonly startedAtMs: number;
}

/** `metadata.papermill` of the notebook; complete it with `end` when the run has ended. */
export function papermillNotebook(
  run: PapermillRun,
  end: { readonly atMs: number; readonly failed: boolean } | null,
): JsonObject {
  const defaults = run.specs.flatMap((spec) =>
    spec.defaultValue === undefined ? [] : [[spec.name, finite(spec.defaultValue)] as const],
  );
  return {
    default_parameters: Object.fromEntries(defaults),
    duration: end === null ? null : seconds(end.atMs - run.startedAtMs),
    end_time: end === null ? null : isoTime(end.atMs),
    environment_variables: {},
    exception: end === null ? null : end.failed ? true : null,
    input_path: run.inputPath ?? "-",
    output_path: run.outputPath ?? "-",
    parameters: Object.fromEntries(
      Object.entries(run.parameters).map(([name, value]) => [name, finite(value)]),
    ),
    start_time: isoTime(run.startedAtMs),
    version: run.version,
  };
}

/** `metadata.papermill` of a cell that this run has not reached. */
export const papermillPending: JsonObject = {
  duration: null,
  end_time: null,
  exception: null,
  start_time: null,
  status: "pending",
};

/** `metadata.papermill` of a cell, from its record. */
export function papermillCell({ status, startedAtMs, endedAtMs }: StepRecord): JsonObject {
  const failed = FAILURES.has(status);
  return {
    duration: startedAtMs === null || endedAtMs === null ? null : seconds(endedAtMs - startedAtMs),
    end_time: endedAtMs === null ? null : isoTime(endedAtMs),
    exception: status === "skipped" ? null : failed,
    start_time: startedAtMs === null ? null : isoTime(startedAtMs),
    status: papermillWord(status),
  };
}

/** The true word where papermill has none; null where its own says it all. */
export function trueWord(status: StepStatus): string | null {
  return papermillWord(status) === status || status === "pending" ? null : status;
}

const FAILURES: ReadonlySet<StepStatus> = new Set<StepStatus>(["failed", "died", "timed-out", "interrupted"]);

function papermillWord(status: StepStatus): "pending" | "running" | "completed" | "failed" {
  if (FAILURES.has(status)) return "failed";
  if (status === "running" || status === "completed") return status;
  return status === "failed-allowed" ? "completed" : "pending";
}

function isoTime(ms: number): string {
  // Joined, not added: V8 keeps a sum as its parts, and there are two of these a cell.
  return [new Date(ms).toISOString().slice(0, -1), "+00:00"].join("");
}

function seconds(ms: number): number {
  return Math.max(0, ms) / 1000;
}

/** JSON has no infinity; its absence would make the notebook invalid. */
function finite<T>(value: T): T | string {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
