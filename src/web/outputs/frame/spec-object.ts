import type { JsonObject, JsonValue } from "../../../nbformat/notebook.ts";

/** A form that is a JSON object, or the text of one (some programs write that); null: it is neither. Pure. */
export function objectOf(value: JsonValue): JsonObject | null {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  if (typeof value !== "string" || !value.trimStart().startsWith("{")) return null;
  try {
    return objectOf(JSON.parse(value) as JsonValue);
  } catch {
    return null;
  }
}
