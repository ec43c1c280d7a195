/** What a line of a command becomes: a fact of its output or log, and the numbers that it says. Pure. */
import type { Fact } from "../../telemetry/facts.ts";
import type { JsonObject } from "../../util/json.ts";
import { readJsonLevel, readLevel } from "./read-level.ts";
import { jsonMetrics, type MetricReader, type ReadMetrics } from "./read-metrics.ts";

export type LineFact =
  | Omit<Extract<Fact, { type: "log" }>, "time">
  | Omit<Extract<Fact, { type: "output" }>, "time">;

export interface ReadLine {
  readonly fact: LineFact;
  readonly metrics: readonly ReadMetrics[];
}

export interface LineReading {
  readonly readers: readonly MetricReader[];
  /** Objects of JSON are read for metrics. */
  readonly jsonLines: boolean;
}

export function readLine(
  line: string,
  stream: "stdout" | "stderr",
  { readers, jsonLines }: LineReading,
): ReadLine {
  const object = jsonObject(line);
  const log = object === null ? readLevel(line) : readJsonLevel(object);
  const metrics = readers.map((read) => read(line)).filter((found) => found !== null);
  const said = jsonLines && object !== null ? jsonMetrics(valuesOf(object)) : null;
  return {
    fact: log === null ? { type: "output", stream, text: line } : { type: "log", ...log },
    metrics: said === null ? metrics : [...metrics, said],
  };
}

/** `{"type": "metrics", "step": 3, "values": {"loss": 0.1}}` says the same as `{"step": 3, "loss": 0.1}`. */
function valuesOf(object: JsonObject): JsonObject {
  const { values, step } = object;
  if (object.type !== "metrics" || values === null || typeof values !== "object" || Array.isArray(values))
    return object;
  return { ...(values as JsonObject), ...(step !== undefined && { step }) };
}

function jsonObject(line: string): JsonObject | null {
  const text = line.trim();
  if (!text.startsWith("{") || !text.endsWith("}")) return null;
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return null;
  }
}
