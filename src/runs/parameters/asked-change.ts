import type { Party } from "../../people/party.ts";
import type { JsonValue } from "../../util/json.ts";
import type { ParameterValues } from "../parameters.ts";

export interface AskedChange {
  readonly id: string;
  readonly values: ParameterValues;
  readonly reason: string | null;
  readonly by: Party;
}

/** How a run's record tells that somebody asked for other values. @param now the values in force. */
export function askedChange(
  { id, values, reason, by }: AskedChange,
  now: ParameterValues,
): { readonly text: string; readonly detail: Readonly<Record<string, JsonValue>> } {
  const names = Object.keys(values);
  const text = names.map((name) => `${name} = ${JSON.stringify(values[name])}`).join(", ");
  const from = Object.fromEntries(names.map((name) => [name, now[name] ?? null]));
  return {
    text: `${by.displayName} asked for ${text}`,
    detail: { changeId: id, from, to: values, reason },
  };
}
