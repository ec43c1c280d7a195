/** Requests of OTLP/HTTP, in the form of its JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
import { z } from "zod";

/** 64-bit numbers are texts in protobuf's JSON, and what is not finite has a name. */
const double = z
  .custom<number | string>(
    (value) =>
      typeof value === "number" ||
      (typeof value === "string" && /^(NaN|-?Infinity|[-+]?[\d.]+(e[-+]?\d+)?)$/i.test(value)),
    "a number",
  )
  .transform(Number);
const nullable = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value) => value ?? undefined);
const many = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .array(schema)
    .nullish()
    .transform((values) => values ?? []);

const attributes = many(z.object({ key: z.string(), value: z.unknown() }));
const resource = nullable(z.object({ attributes })).transform((value) => value ?? { attributes: [] });
const scope = nullable(z.object({ name: nullable(z.string()) }));

const point = {
  attributes,
  timeUnixNano: nullable(double),
  flags: nullable(double),
};
const numberPoint = z.object({ ...point, asDouble: nullable(double), asInt: nullable(double) });
const distributionPoint = z.object({
  ...point,
  count: nullable(double),
  sum: nullable(double),
  min: nullable(double),
  max: nullable(double),
  quantileValues: many(z.object({ quantile: nullable(double), value: nullable(double) })),
});
const numbers = nullable(z.object({ dataPoints: many(numberPoint) }));
const distributions = nullable(z.object({ dataPoints: many(distributionPoint) }));
const metric = z.object({
  name: nullable(z.string()),
  gauge: numbers,
  sum: numbers,
  histogram: distributions,
  exponentialHistogram: distributions,
  summary: distributions,
});

export const metricsRequest = z.object({
  resourceMetrics: many(
    z.object({ resource, scopeMetrics: many(z.object({ scope, metrics: many(metric) })) }),
  ),
});

const logRecord = z.object({
  timeUnixNano: nullable(double),
  observedTimeUnixNano: nullable(double),
  severityNumber: nullable(double),
  severityText: nullable(z.string()),
  body: z.unknown(),
  attributes,
  eventName: nullable(z.string()),
});

export const logsRequest = z.object({
  resourceLogs: many(
    z.object({ resource, scopeLogs: many(z.object({ scope, logRecords: many(logRecord) })) }),
  ),
});

export type OtlpAttributes = z.infer<typeof attributes>;
export type OtlpMetric = z.infer<typeof metric>;
export type OtlpNumberPoint = z.infer<typeof numberPoint>;
export type OtlpDistributionPoint = z.infer<typeof distributionPoint>;
export type OtlpLogRecord = z.infer<typeof logRecord>;
