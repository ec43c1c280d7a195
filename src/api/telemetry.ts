/** How the telemetry of a run is read. All routes need the right to look, and are open to shares of its notebook. */
import { z } from "zod";
import type { FaceNumber } from "../telemetry/faces.ts";
import type { LogLevel } from "../telemetry/facts.ts";
import type {
  Axis,
  LogLine,
  LogTemplate,
  SeriesInfo,
  SeriesView,
  TelemetryTroubles,
} from "../telemetry/telemetry-store.ts";

/** JSON has no NaN: what is not finite is told by name. */
export interface SeriesInfoView extends Omit<SeriesInfo, "last"> {
  readonly last: FaceNumber;
}

/** `GET /api/runs/{id}/telemetry` */
export interface TelemetryView {
  readonly runId: string;
  readonly series: readonly SeriesInfoView[];
  readonly logs: { readonly total: number; readonly counts: Readonly<Record<LogLevel, number>> };
  readonly troubles: TelemetryTroubles;
  readonly sizeBytes: number;
}

const many = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

/**
 * `GET /api/runs/{id}/series?names=loss&names=acc&axis=step&from=&to=&points=1000` → `SeriesData[]`, or with
 * `Accept: application/octet-stream` the same as `encodeSeries` writes it. Names that are none are left out.
 */
export const seriesQuery = z.object({
  names: many.pipe(z.array(z.string()).min(1).max(100)),
  axis: z.enum(["step", "time"]).default("step"),
  from: z.coerce.number().optional(),
  to: z.coerce.number().optional(),
  points: z.coerce.number().int().min(1).max(20_000).optional(),
});

/** `GET /api/runs/{id}/series.csv?name=loss` → every point: `step,time,value`. */
export const csvQuery = z.object({ name: z.string().min(1) });

/** A `SeriesView` as JSON: null where a place has no finite value. */
export interface SeriesData {
  readonly name: string;
  readonly axis: Axis;
  readonly revision: number;
  readonly total: number;
  readonly x: readonly number[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly last: readonly (number | null)[];
  readonly notFinite: SeriesView["notFinite"];
}

const level = z.enum(["debug", "info", "warning", "error", "critical"]);

/** `GET /api/runs/{id}/logs?from=-100&limit=100&levels=error&template=3&search=text` → `LogPage` */
export const logsQuery = z.object({
  from: z.coerce.number().int().default(0),
  limit: z.coerce.number().int().min(0).max(10_000).default(200),
  levels: many.pipe(z.array(level)).optional(),
  template: z.coerce.number().int().min(0).optional(),
  search: z.string().max(1_000).optional(),
});
export interface LogPage {
  readonly lines: readonly LogLine[];
  /** Lines that match, as far as it is known without reading all. */
  readonly matching: number | null;
  readonly total: number;
}

/** `GET /api/runs/{id}/logs/templates` → new and rare ones first. */
export type TemplatesView = readonly LogTemplate[];

/** `GET /api/runs/{id}/blobs/{sha256}?mime=image/png` → its bytes, shown as what it is where that runs nothing. */
export const blobReadQuery = z.object({
  mime: z
    .string()
    .regex(/^[a-z]+\/[\w.+-]{1,100}$/i)
    .optional(),
});
