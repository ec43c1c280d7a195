/**
 * OTLP's protobuf messages as the objects that its JSON form has, so that both are read by one schema
 * (https://github.com/open-telemetry/opentelemetry-proto, `opentelemetry/proto/*\/v1`). Fields that nobody reads here
 * (buckets, exemplars, trace ids) are passed over.
 */
import { BadProtobuf, doubleOf, fieldsOf, intOf, textOf } from "../../util/protobuf.ts";

type Scalar = "text" | "bool" | "int" | "double" | "base64";
type Field = readonly [name: string, is: Scalar | (() => Shape), many?: "many"];
type Shape = Readonly<Record<number, Field>>;
type Decoded = Record<string, unknown>;

/** Values within values; deeper ones are nobody's telemetry. */
const MAX_DEPTH = 24;
const WIRES: Readonly<Record<Scalar, readonly number[]>> = {
  text: [2],
  base64: [2],
  bool: [0],
  int: [0, 1],
  double: [1, 5],
};

const anyValue: Shape = {
  1: ["stringValue", "text"],
  2: ["boolValue", "bool"],
  3: ["intValue", "int"],
  4: ["doubleValue", "double"],
  5: ["arrayValue", () => ({ 1: ["values", () => anyValue, "many"] })],
  6: ["kvlistValue", () => ({ 1: ["values", () => keyValue, "many"] })],
  7: ["bytesValue", "base64"],
};
const keyValue: Shape = { 1: ["key", "text"], 2: ["value", () => anyValue] };
const attributes: Field = ["attributes", () => keyValue, "many"];
const resource: Shape = { 1: attributes };
const scope: Shape = { 1: ["name", "text"], 2: ["version", "text"] };

const time: Field = ["timeUnixNano", "int"];
const numberPoint: Shape = {
  7: attributes,
  3: time,
  4: ["asDouble", "double"],
  6: ["asInt", "int"],
  8: ["flags", "int"],
};
const count: Field = ["count", "int"];
const sum: Field = ["sum", "double"];
const histogramPoint: Shape = {
  ...{ 9: attributes, 3: time, 4: count, 5: sum },
  ...{ 10: ["flags", "int"], 11: ["min", "double"], 12: ["max", "double"] },
};
const exponentialPoint: Shape = {
  ...{ 1: attributes, 3: time, 4: count, 5: sum },
  ...{ 10: ["flags", "int"], 12: ["min", "double"], 13: ["max", "double"] },
};
const quantile: Shape = { 1: ["quantile", "double"], 2: ["value", "double"] };
const summaryPoint: Shape = {
  ...{ 7: attributes, 3: time, 4: count, 5: sum },
  ...{ 6: ["quantileValues", () => quantile, "many"], 8: ["flags", "int"] },
};
const pointsOf = (shape: Shape) => (): Shape => ({ 1: ["dataPoints", () => shape, "many"] });
const metric: Shape = {
  1: ["name", "text"],
  5: ["gauge", pointsOf(numberPoint)],
  7: ["sum", pointsOf(numberPoint)],
  9: ["histogram", pointsOf(histogramPoint)],
  10: ["exponentialHistogram", pointsOf(exponentialPoint)],
  11: ["summary", pointsOf(summaryPoint)],
};
const scopeMetrics: Shape = { 1: ["scope", () => scope], 2: ["metrics", () => metric, "many"] };
const resourceMetrics: Shape = {
  1: ["resource", () => resource],
  2: ["scopeMetrics", () => scopeMetrics, "many"],
};
export const METRICS_REQUEST: Shape = { 1: ["resourceMetrics", () => resourceMetrics, "many"] };

const logRecord: Shape = {
  ...{ 1: time, 11: ["observedTimeUnixNano", "int"], 2: ["severityNumber", "int"] },
  ...{ 3: ["severityText", "text"], 5: ["body", () => anyValue], 6: attributes, 12: ["eventName", "text"] },
};
const scopeLogs: Shape = { 1: ["scope", () => scope], 2: ["logRecords", () => logRecord, "many"] };
const resourceLogs: Shape = {
  1: ["resource", () => resource],
  2: ["scopeLogs", () => scopeLogs, "many"],
};
export const LOGS_REQUEST: Shape = { 1: ["resourceLogs", () => resourceLogs, "many"] };

/** @throws BadProtobuf */
export function decodeMessage(bytes: Uint8Array, shape: Shape, depth = 0): Decoded {
  if (depth > MAX_DEPTH) throw new BadProtobuf(`more than ${MAX_DEPTH} messages within each other`);
  const found: Decoded = {};
  for (const field of fieldsOf(bytes)) {
    const known = shape[field.number];
    if (!known) continue;
    const [name, is, many] = known;
    const wires = typeof is === "function" ? [2] : WIRES[is];
    if (!wires.includes(field.wire)) throw new BadProtobuf(`wire type ${field.wire} for ${name}`);
    if (typeof is === "function") {
      const value = decodeMessage(field.bytes, is(), depth + 1);
      const before = found[name];
      if (!many) found[name] = value;
      else if (Array.isArray(before)) before.push(value);
      else found[name] = [value];
    } else if (is === "int") found[name] = intOf(field);
    else if (is === "double") found[name] = doubleOf(field);
    else if (is === "bool") found[name] = field.varint !== 0n;
    else found[name] = is === "text" ? textOf(field) : Buffer.from(field.bytes).toString("base64");
  }
  return found;
}
