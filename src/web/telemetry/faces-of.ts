/** Faces as they stand in a notebook, which anybody may have written: null where one has not the shape. Pure. */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { ChartFace, LogsFace, SummaryFace } from "../../telemetry/faces.ts";

export function chartFaceOf(value: JsonValue): ChartFace | null {
  if (!isRecord(value) || !isRunId(value.runId)) return null;
  const { runId, series, axis } = value;
  if (!Array.isArray(series) || !series.every((name) => typeof name === "string")) return null;
  return { runId, series: series.slice(0, 100) as string[], axis: axis === "time" ? "time" : "step" };
}

export function summaryFaceOf(value: JsonValue): SummaryFace | null {
  if (!isRecord(value) || !isRunId(value.runId) || typeof value.name !== "string") return null;
  const { series, artefacts, logs, troubles } = value;
  const isWhole =
    Array.isArray(series) &&
    series.every((one) => isRecord(one) && typeof one.name === "string" && Array.isArray(one.spark)) &&
    Array.isArray(artefacts) &&
    artefacts.every(
      (one) => isRecord(one) && typeof one.name === "string" && typeof one.sha256 === "string",
    ) &&
    isRecord(logs) &&
    isRecord(troubles);
  return isWhole ? (value as unknown as SummaryFace) : null;
}

export function logsFaceOf(value: JsonValue): LogsFace | null {
  if (!isRecord(value) || !isRunId(value.runId) || !isRecord(value.counts)) return null;
  return typeof value.total === "number" ? (value as unknown as LogsFace) : null;
}

function isRecord(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isRunId = (value: JsonValue | undefined): value is string =>
  typeof value === "string" && /^run_[0-9a-z]{6,64}$/.test(value);
