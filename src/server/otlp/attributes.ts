/** Attributes of OpenTelemetry's: their values as JSON, and the name of the series that they make of a metric. Pure. */
import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "../../util/json.ts";
import type { OtlpAttributes } from "./schema.ts";

export const MAX_ATTRIBUTES = 64;
export const MAX_SERIES_NAME = 300;
const MAX_IN_NAME = 64;
const MAX_TEXT = 2_000;
const MAX_ITEMS = 256;
const MAX_DEPTH = 8;

/** An `AnyValue`; null: it has none. What is longer or deeper than its limits is cut. */
export function anyJson(value: unknown, maxText = MAX_TEXT, depth = 0): JsonValue {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return null;
  const any = value as Readonly<Record<string, unknown>>;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = any;
  if (typeof stringValue === "string") return cut(stringValue, maxText);
  if (typeof boolValue === "boolean") return boolValue;
  if (intValue !== undefined) return numberValue(intValue);
  if (doubleValue !== undefined) return numberValue(doubleValue);
  if (typeof bytesValue === "string") return cut(bytesValue, maxText);
  const items = (list: unknown): readonly unknown[] => {
    const { values } = (list ?? {}) as { readonly values?: unknown };
    return Array.isArray(values) ? values.slice(0, MAX_ITEMS) : [];
  };
  if (arrayValue !== undefined) return items(arrayValue).map((item) => anyJson(item, maxText, depth + 1));
  if (kvlistValue === undefined) return null;
  const found: JsonObject = Object.create(null);
  for (const item of items(kvlistValue)) {
    const { key, value: held } = (item ?? {}) as { readonly key?: unknown; readonly value?: unknown };
    if (typeof key === "string") found[cut(key, MAX_TEXT)] = anyJson(held, maxText, depth + 1);
  }
  return found;
}

export function attributesOf(attributes: OtlpAttributes): JsonObject {
  const found: JsonObject = Object.create(null);
  for (const { key, value } of attributes.slice(0, MAX_ATTRIBUTES)) found[cut(key, 200)] = anyJson(value);
  return found;
}

/**
 * `http.duration{method=GET,route=/}`: attributes in the order of their keys, each value at most 64 characters. What
 * would be longer than 300 characters, or was cut, ends in a hash of the whole, so that other attributes are another
 * series.
 */
export function seriesName(metric: string, attributes: OtlpAttributes): string {
  const pairs = attributes
    .map(({ key, value }) => [key, plain(anyJson(value))] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const list = (limit: number): string => pairs.map(([key, text]) => `${key}=${cut(text, limit)}`).join(",");
  const short = pairs.length === 0 ? metric : `${metric}{${list(MAX_IN_NAME)}}`;
  const whole = pairs.length === 0 ? metric : `${metric}{${list(MAX_TEXT)}}`;
  if (short === whole && short.length <= MAX_SERIES_NAME) return short;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  return `${short.slice(0, MAX_SERIES_NAME - 10)}…#${hash}`;
}

export function plain(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whole characters only. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function numberValue(value: unknown): JsonValue {
  const number = Number(value);
  return Number.isFinite(number) ? number : String(value);
}
