/** The logic of the parameters form: what is typed in, what it means, what differs. Pure. */
import { LiteralFault, tryRead } from "../../nbformat/literals/literal.ts";
import { python } from "../../nbformat/literals/python.ts";
import { type JsonValue, jsonEqual } from "../../util/json.ts";
import type { ParameterSpec, ParameterValues, RunEvent, RunSnapshot } from "../session/types.ts";

export type Parsed =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly message: string };

/** What kind of field a parameter gets. */
export function fieldOf(spec: ParameterSpec): "choice" | "switch" | "number" | "text" | "literal" {
  if (spec.choices !== null && spec.choices.length > 0) return "choice";
  if (spec.type === "bool") return "switch";
  if (spec.type === "int" || spec.type === "float") return "number";
  return spec.type === "str" ? "text" : "literal";
}

/** A value as it stands in its field. A text stands without quotes, everything else as its notebook writes it. */
export function formatValue(value: JsonValue | undefined, spec: ParameterSpec): string {
  if (value === undefined) return spec.defaultSource;
  if (typeof value === "string" && (spec.type === "str" || spec.choices !== null)) return value;
  return printLiteral(value);
}

/** A value in one line, for differences and events: `0.05`, `"adam"`, `[64, 32]`. */
export function printLiteral(value: JsonValue): string {
  try {
    return python.print(value);
  } catch {
    return JSON.stringify(value);
  }
}

export function parseValue(text: string, spec: ParameterSpec): Parsed {
  switch (fieldOf(spec)) {
    case "choice": {
      const choice = spec.choices?.find((value) => formatValue(value, spec) === text);
      return choice === undefined ? bad("Choose one of the values.") : { ok: true, value: choice };
    }
    case "switch":
      return { ok: true, value: text === "True" };
    case "text":
      return { ok: true, value: text };
    case "number":
      return parseNumber(text, spec);
    default:
      return parseLiteral(text, spec);
  }
}

function parseNumber(text: string, spec: ParameterSpec): Parsed {
  const trimmed = text.trim().replaceAll("_", "");
  if (trimmed === "") return bad("A number is needed.");
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed)) {
    return bad(/,/.test(trimmed) ? "Write the number with a point." : "This is not a number.");
  }
  const value = Number(trimmed);
  if (spec.type === "int" && !Number.isSafeInteger(value)) return bad("A whole number is needed.");
  const { min = null, max = null } = spec.range ?? {};
  if (min !== null && max !== null && (value < min || value > max)) return bad(`From ${min} to ${max}.`);
  if (min !== null && value < min) return bad(`At least ${min}.`);
  if (max !== null && value > max) return bad(`At most ${max}.`);
  return { ok: true, value };
}

function parseLiteral(text: string, spec: ParameterSpec): Parsed {
  const literal = tryRead(python, text, python.skipSpace(text, 0));
  const isWhole = !(literal instanceof LiteralFault) && python.skipSpace(text, literal.end) >= text.length;
  if (literal instanceof LiteralFault || !isWhole) {
    return bad(
      spec.type === "list"
        ? "A list is needed, such as [64, 32]."
        : "A plain value is needed, as code writes it.",
    );
  }
  if (spec.type === "list" && !Array.isArray(literal.value))
    return bad("A list is needed, such as [64, 32].");
  return { ok: true, value: literal.value };
}

function bad(message: string): Parsed {
  return { ok: false, message };
}

/** What is in force: the run's value, else the cell's own. */
export function valueInForce(spec: ParameterSpec, run: RunSnapshot | null): JsonValue | undefined {
  return run !== null && Object.hasOwn(run.values, spec.name) ? run.values[spec.name] : spec.defaultValue;
}

export interface StagedField {
  readonly spec: ParameterSpec;
  readonly from: JsonValue | undefined;
  readonly parsed: Parsed;
}

/** Fields whose text means something else than what is in force, or means nothing. */
export function stagedFields(
  specs: readonly ParameterSpec[],
  texts: Readonly<Record<string, string>>,
  run: RunSnapshot | null,
): readonly StagedField[] {
  return specs.flatMap((spec): StagedField[] => {
    const text = texts[spec.name];
    if (text === undefined) return [];
    const from = valueInForce(spec, run);
    if (text === formatValue(from, spec)) return [];
    const parsed = parseValue(text, spec);
    return parsed.ok && from !== undefined && jsonEqual(parsed.value, from) ? [] : [{ spec, from, parsed }];
  });
}

export function stagedValues(staged: readonly StagedField[]): ParameterValues {
  return Object.fromEntries(
    staged.flatMap(({ spec, parsed }) => (parsed.ok ? [[spec.name, parsed.value] as const] : [])),
  );
}

/** Where the newest change of a parameter stands in this run. */
export type ChangeStanding =
  | { readonly type: "asked"; readonly value: JsonValue; readonly by: string; readonly atMs: number }
  | { readonly type: "taken"; readonly by: string | null; readonly atMs: number }
  | { readonly type: "refused"; readonly why: string; readonly atMs: number; readonly value?: JsonValue };

export function standingOf(name: string, run: RunSnapshot | null): ChangeStanding | null {
  if (run === null) return null;
  const waiting = run.stagedChanges.findLast((change) => Object.hasOwn(change.values, name));
  if (waiting) {
    const value = waiting.values[name] ?? null;
    return { type: "asked", value, by: waiting.by.displayName, atMs: waiting.atMs };
  }
  const settled = run.recentEvents.findLast((event) => settles(event, name));
  const refused = run.refusedChanges?.findLast((change) => Object.hasOwn(change.values, name));
  if (refused && refused.atMs >= (settled?.atMs ?? 0)) {
    const { why, atMs } = refused;
    return { type: "refused", why, atMs, value: refused.values[name] ?? null };
  }
  if (!settled) return null;
  if (settled.type === "parameters-failed") {
    return {
      type: "refused",
      why: String(settled.detail.error ?? "the kernel refused it"),
      atMs: settled.atMs,
    };
  }
  const asked = run.recentEvents.find(
    (event) => event.type === "parameters-changed" && event.detail.changeId === settled.detail.changeId,
  );
  return { type: "taken", by: asked?.by.displayName ?? null, atMs: settled.atMs };
}

function settles(event: RunEvent, name: string): boolean {
  if (event.type !== "parameters-applied" && event.type !== "parameters-failed") return false;
  const { values } = event.detail;
  return (
    typeof values === "object" && values !== null && !Array.isArray(values) && Object.hasOwn(values, name)
  );
}
