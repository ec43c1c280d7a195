/** The parameters of a command line in the types that the notebook declares; else in papermill's. Pure. */
import { checkChange, fitText, untypedText } from "../../runs/parameters/check.ts";
import type { ParameterSpec, ParameterValues } from "../../runs/parameters.ts";
import type { JsonValue } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";
import type { GivenParameter, GivenParameters } from "../options/given-parameters.ts";

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
      return parameter.value;
    case "raw":
      return parameter.text;
    case "text": {
      if (spec === undefined) return untypedText(parameter.text);
      const fitted = fitText(parameter.text, spec);
      if (!fitted.ok) throw new CommandError(fitted.message);
      return fitted.value;
    }
  }
}
