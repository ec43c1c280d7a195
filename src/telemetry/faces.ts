/**
 * What a notebook holds of a run's telemetry: outputs of the run's own cells, small, rewritten in place. Pages draw them
 * live from the store by `runId`; every other program shows the text and image that stand beside them in the bundle.
 */
import type { LogLevel } from "./facts.ts";

export const SUMMARY_MIME = "application/vnd.loopbook.summary.v1+json";
export const CHART_MIME = "application/vnd.loopbook.chart.v1+json";
export const LOGS_MIME = "application/vnd.loopbook.logs.v1+json";
/** The value is a `Question` (`review/question.ts`). */
export const QUESTION_MIME = "application/vnd.loopbook.question.v1+json";

/** JSON has no NaN: what is not finite is told by name. */
export type FaceNumber = number | "NaN" | "Infinity" | "-Infinity";

export interface SeriesFace {
  readonly name: string;
  readonly count: number;
  readonly last: FaceNumber;
  readonly min: number | null;
  readonly max: number | null;
  /** At most 60 values over the whole series, for a sparkline; lowest and highest are among them. */
  readonly spark: readonly FaceNumber[];
}

export interface SummaryFace {
  readonly runId: string;
  readonly name: string;
  readonly step: number | null;
  readonly total: number | null;
  readonly series: readonly SeriesFace[];
  readonly logs: Readonly<Record<LogLevel, number>>;
  readonly artefacts: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly sizeBytes: number;
  }[];
  readonly troubles: { readonly dropped: number; readonly rejected: number; readonly outOfOrder: number };
}

export interface ChartFace {
  readonly runId: string;
  readonly series: readonly string[];
  readonly axis: "step" | "time";
}

export interface LogsFace {
  readonly runId: string;
  readonly total: number;
  readonly counts: Readonly<Record<LogLevel, number>>;
}
