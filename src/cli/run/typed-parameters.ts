/** The parameters of a command line in the types that the notebook declares; else in papermill's. Pure. */
import { checkChange, fitText, untypedText } from "../../runs/parameters/check.ts";
import type { ParameterSpec, ParameterValues } from "../../runs/parameters.ts";
import type { JsonValue } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";
import type { GivenParameter, GivenParameters } from "../options/given-parameters.ts";

/** Types that a text can be read as. */
const READABLE: ReadonlySet<ParameterSpec["type"]> = new Set(["int", "float", "bool", "list", "dict"]);

/** @throws CommandError for an unknown name or a value that does not fit, with the nearest name or what was expected. */
export function typedParameters(
  given: GivenParameters,
  specs: readonly ParameterSpec[],
  allowUnknown: boolean,
): ParameterValues {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const values: Record<string, JsonValue> = {};
  for (const [name, parameter] of given) values[name] = readValue(parameter, byName.get(name));
  const checked = checkChange(specs, values, allowUnknown);
  if (!checked.ok) throw new CommandError(checked.message);
  return checked.values;
}

function readValue(parameter: GivenParameter, spec: ParameterSpec | undefined): JsonValue {
  switch (parameter.from) {
    case "value":
      // YAML 1.1 reads `1e-3` as a text; where a number is declared, a number was meant.
      return typeof parameter.value === "string" && spec !== undefined && READABLE.has(spec.type)
        ? fittedText(parameter.value, spec)
        : parameter.value;
    case "raw":
      return parameter.text;
    case "text":
      return spec === undefined ? untypedText(parameter.text) : fittedText(parameter.text, spec);
  }
}

function fittedText(text: string, spec: ParameterSpec): JsonValue {
  const fitted = fitText(text, spec);
  if (!fitted.ok) throw new CommandError(fitted.message);
  return fitted.value;
}
