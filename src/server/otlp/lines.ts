/** What OTLP's requests tell, as lines of a run's log (decision 0009). Pure. */
import type { LineRecord, LogLevel } from "../../telemetry/facts.ts";
import type { MetricValue } from "../mlflow/entities.ts";
import { metricValue } from "../mlflow/metric-lines.ts";
import { anyJson, attributesOf, cut, MAX_SERIES_NAME, plain, seriesName } from "./attributes.ts";
import type {
  OtlpAttributes,
  OtlpDistributionPoint,
  OtlpLogRecord,
  OtlpMetric,
  OtlpNumberPoint,
} from "./schema.ts";

/** Longer texts of logs are cut. */
const MAX_LOG_TEXT = 200_000;
/** `DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK`: the point says that there is none. */
const NO_VALUE = 1;

/** One data point: a number, or what a distribution comes to. Without values, `problem` says why it is not taken. */
export interface OtlpPoint {
  readonly time: number;
  readonly values: Readonly<Record<string, MetricValue>>;
  readonly problem: string | null;
}

/** @param now seconds since 1970; of points that tell no time. */
export function* pointsOf(metric: OtlpMetric, now: number): Generator<OtlpPoint> {
  const { name = "", gauge, sum, histogram, exponentialHistogram, summary } = metric;
  for (const point of [...(gauge?.dataPoints ?? []), ...(sum?.dataPoints ?? [])])
    yield* numberPoint(name, point, now);
  for (const one of [histogram, exponentialHistogram, summary])
    for (const point of one?.dataPoints ?? []) yield* distributionPoint(name, point, now);
}

function* numberPoint(name: string, point: OtlpNumberPoint, now: number): Generator<OtlpPoint> {
  if (hasNoValue(point.flags)) return;
  const value = point.asDouble ?? point.asInt;
  yield pointAt(name, point, now, value === undefined ? [] : [["", value]]);
}

function* distributionPoint(name: string, point: OtlpDistributionPoint, now: number): Generator<OtlpPoint> {
  if (hasNoValue(point.flags)) return;
  const { count = 0, sum, min, max, quantileValues } = point;
  yield pointAt(name, point, now, [
    [".count", count],
    [".sum", sum],
    [".min", min],
    [".max", max],
    ...quantileValues.map(({ quantile = 0, value = 0 }) => [`.q${quantile}`, value] as const),
  ]);
}

function pointAt(
  name: string,
  point: { readonly attributes: OtlpAttributes; readonly timeUnixNano?: number | undefined },
  now: number,
  values: readonly (readonly [suffix: string, value: number | undefined])[],
): OtlpPoint {
  const time = secondsOf(point.timeUnixNano) ?? now;
  const found: Record<string, MetricValue> = Object.create(null);
  for (const [suffix, value] of values)
    if (value !== undefined) found[seriesName(`${name}${suffix}`, point.attributes)] = metricValue(value);
  const problem =
    name === ""
      ? "A metric has no name."
      : values.length === 0
        ? `A point of ${cut(name, MAX_SERIES_NAME)} has no value.`
        : null;
  return { time, values: found, problem };
}

export function pointLine({ time, values }: OtlpPoint): string {
  return JSON.stringify({ type: "metrics", time, values } satisfies LineRecord);
}

export function logLine(record: OtlpLogRecord, logger: string | undefined, now: number): string {
  const { body, attributes, eventName } = record;
  const fields = attributesOf(attributes);
  const stack = attributes.find(({ key }) => key === "exception.stacktrace")?.value;
  delete fields["exception.stacktrace"];
  if (eventName) fields["event.name"] = cut(eventName, 200);
  const said = body === undefined || body === null ? (eventName ?? "") : plain(anyJson(body, MAX_LOG_TEXT));
  const trace = stack === undefined ? "" : `\n${plain(anyJson(stack, MAX_LOG_TEXT))}`;
  return JSON.stringify({
    type: "log",
    time: secondsOf(record.timeUnixNano) ?? secondsOf(record.observedTimeUnixNano) ?? now,
    level: levelOf(record.severityNumber, record.severityText),
    text: cut(`${said}${trace}`, MAX_LOG_TEXT),
    ...(logger ? { logger: cut(logger, 500) } : {}),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
  } satisfies LineRecord);
}

/** By its number, else by its name. https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
export function levelOf(number = 0, text = ""): LogLevel {
  if (number >= 21) return "critical";
  if (number >= 17) return "error";
  if (number >= 13) return "warning";
  if (number >= 9) return "info";
  if (number >= 1) return "debug";
  if (/^(fatal|crit|emerg|alert)/i.test(text)) return "critical";
  if (/^err/i.test(text)) return "error";
  if (/^warn/i.test(text)) return "warning";
  return /^(debug|trace)/i.test(text) ? "debug" : "info";
}

const hasNoValue = (flags = 0): boolean => (flags & NO_VALUE) !== 0;

/** Null: it tells none. */
function secondsOf(nanoseconds: number | undefined): number | null {
  return nanoseconds === undefined || nanoseconds <= 0 || !Number.isFinite(nanoseconds)
    ? null
    : nanoseconds / 1e9;
}
