/** What the code declares and what the cell says of the same parameter, as one. */
import type { JsonValue } from "../../nbformat/notebook.ts";
import type { DeclaredParameter } from "../../telemetry/facts.ts";
import { CellId } from "../../util/ids.ts";
import type { ParameterSpec, ParameterType } from "../parameters.ts";

/** The cell's word counts; where it says nothing (no range, no choices), the code's does. The type is the code's. */
export function overlaid(
  specs: readonly ParameterSpec[],
  declared: readonly DeclaredParameter[],
): readonly ParameterSpec[] {
  const byName = new Map(declared.map((one) => [one.name, one]));
  const inCells = specs.map((spec): ParameterSpec => {
    const one = byName.get(spec.name);
    if (one === undefined) return spec;
    return {
      ...spec,
      type: one.type ?? spec.type,
      help: spec.help ?? one.help ?? null,
      range: spec.range ?? rangeOf(one),
      choices: spec.choices ?? one.choices ?? null,
    };
  });
  const known = new Set(specs.map(({ name }) => name));
  return [...inCells, ...declared.filter(({ name }) => !known.has(name)).map(specOf)];
}

/** Of a parameter that no cell assigns (a language that is not written here). */
function specOf(one: DeclaredParameter): ParameterSpec {
  return {
    name: one.name,
    type: typeOf(one),
    declaredType: one.type ?? null,
    defaultValue: one.value,
    defaultSource: JSON.stringify(one.value),
    help: one.help ?? null,
    range: rangeOf(one),
    choices: one.choices ?? null,
    cellId: CellId.of(""),
  };
}

export function typeOf({ type, value }: DeclaredParameter): ParameterType {
  return type ?? typeOfValue(value);
}

function typeOfValue(value: JsonValue): ParameterType {
  if (value === null) return "none";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "dict";
  return Number.isInteger(value) ? "int" : "float";
}

function rangeOf({ min, max }: DeclaredParameter): ParameterSpec["range"] {
  return min === undefined && max === undefined ? null : { min: min ?? null, max: max ?? null };
}
