/** Facts from bytes: JSON of the closed set in `facts.ts`, with every size bounded. */
import { z } from "zod";
import type { JsonValue } from "../util/json.ts";
import type { Fact, LineRecord } from "./facts.ts";

/** Long texts are what blobs are for. */
const MAX_TEXT = 1_000_000;
const MAX_NAME = 500;
const MAX_LIST = 10_000;
export const MAX_METRICS = 10_000;

const time = z.number().finite();
const step = z.number().finite().optional();
const name = z.string().min(1).max(MAX_NAME);
const text = z.string().max(MAX_TEXT);
/** It came out of `JSON.parse`, and its record has a limit. */
const json = z.custom<JsonValue>((value) => value !== undefined);
const object = z.record(z.string(), json);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.number().int().min(0);

const shown = z.object({
  data: object,
  blobs: z.record(z.string(), sha256).optional(),
  metadata: object.optional(),
});

const parameter = z.object({
  name: z.string().min(1).max(200),
  type: z.enum(["int", "float", "bool", "str", "list", "dict"]).optional(),
  value: json,
  min: z.number().optional(),
  max: z.number().optional(),
  choices: z.array(json).max(1_000).optional(),
  help: z.string().max(2_000).optional(),
});

const question = z.object({
  key: name,
  prompt: z.string().max(20_000),
  form: z.enum(["choice", "choices", "text", "number", "approval", "correction"]),
  choices: z.array(json).max(1_000).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  item: shown.optional(),
  proposed: json.optional(),
  deadline: z.number().optional(),
  default: json.optional(),
  people: z.array(z.string().max(MAX_NAME)).max(1_000).optional(),
  group: z.string().max(MAX_NAME).optional(),
});

const log = z.object({
  type: z.literal("log"),
  time,
  level: z.enum(["debug", "info", "warning", "error", "critical"]),
  text,
  logger: z.string().max(MAX_NAME).optional(),
  step,
  fields: object.optional(),
});

const facts = [
  log,
  z.object({ type: z.literal("output"), time, stream: z.enum(["stdout", "stderr"]), text }),
  z.object({
    type: z.literal("event"),
    time,
    name,
    text: text.optional(),
    step,
    fields: object.optional(),
  }),
  z.object({
    type: z.literal("step"),
    time,
    index: z.number(),
    total: z.number().nullable(),
    label: z.string().max(MAX_NAME).optional(),
  }),
  z.object({ type: z.literal("parameter"), time, parameter }),
  z.object({ type: z.literal("change-applied"), time, id: name, values: object, step }),
  z.object({ type: z.literal("change-refused"), time, id: name, reason: z.string().max(20_000) }),
  z.object({
    type: z.literal("control"),
    time,
    state: z.enum(["held", "running"]),
    step,
    why: z.string().max(20_000).optional(),
    question: name.optional(),
  }),
  z.object({ type: z.literal("show"), time, name, shown, step }),
  z.object({ type: z.literal("question"), time, question }),
  z.object({ type: z.literal("question-withdrawn"), time, key: name }),
  z.object({ type: z.literal("answer-taken"), time, key: name, answerId: name }),
  z.object({
    type: z.literal("artefact"),
    time,
    name,
    sha256,
    sizeBytes: size,
    mime: z.string().max(MAX_NAME).optional(),
    path: z.string().max(10_000).optional(),
  }),
  z.object({ type: z.literal("dropped"), time, count: size, why: z.string().max(20_000) }),
  z.object({ type: z.literal("alive"), time }),
  z.object({
    type: z.literal("end"),
    time,
    status: z.enum(["completed", "failed", "stopped", "died"]),
    error: z.string().max(100_000).optional(),
    traceback: text.optional(),
    exitCode: z.number().int().optional(),
    signal: z.string().max(100).optional(),
  }),
] as const;

const notFinite = z.enum(["NaN", "Infinity", "-Infinity"]);
const metrics = z.object({
  type: z.literal("metrics"),
  time,
  step,
  values: z
    .record(name, z.union([z.number(), notFinite]))
    .refine((values) => Object.keys(values).length <= MAX_METRICS, "too many metrics in one line"),
});

/** Fields that are not known are passed over: a later SDK may say more than this server reads. */
const factSchema = z.discriminatedUnion("type", facts);
const lineSchema = z.discriminatedUnion("type", [...facts, metrics]);

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

const decoder = new TextDecoder();

export function parseFact(bytes: Uint8Array): Parsed<Fact> {
  return parse<Fact>(decoder.decode(bytes), factSchema);
}

export function parseLine(line: string): Parsed<LineRecord> {
  return parse<LineRecord>(line, lineSchema);
}

const shapeSchema = z.array(name).min(1).max(MAX_LIST);

export function parseShape(bytes: Uint8Array): Parsed<readonly string[]> {
  return parse<readonly string[]>(decoder.decode(bytes), shapeSchema);
}

function parse<T>(source: string, schema: z.ZodType): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return { ok: false, reason: `not JSON: ${shortened(source)}` };
  }
  // Lines of logs come by the hundred thousand a second, most of them of this plain form.
  if (schema !== shapeSchema && isPlainLog(value)) return { ok: true, value: value as T };
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data as T };
  const issue = result.error.issues[0];
  return {
    ok: false,
    reason: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not a fact"}: ${shortened(source)}`,
  };
}

const LEVELS = new Set(["debug", "info", "warning", "error", "critical"]);
const PLAIN = new Set(["type", "time", "level", "text", "logger"]);

/** Whether it is what `log` accepts, for the fields that nearly all have. */
function isPlainLog(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { type, time: at, level, text: said, logger } = value as Record<string, unknown>;
  if (type !== "log" || typeof said !== "string" || said.length > MAX_TEXT) return false;
  if (typeof at !== "number" || !Number.isFinite(at) || typeof level !== "string" || !LEVELS.has(level))
    return false;
  if (logger !== undefined && (typeof logger !== "string" || logger.length > MAX_NAME)) return false;
  for (const key in value) if (!PLAIN.has(key)) return false;
  return true;
}

function shortened(source: string): string {
  return source.length > 120 ? `${source.slice(0, 120)}…` : source;
}
