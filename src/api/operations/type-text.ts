/** A JSON Schema as TypeScript writes it. Pure. */
import type { JsonObject, JsonValue } from "../../util/json.ts";

/** @param indent of the line that it stands in; null: on one line. */
export function typeText(schema: JsonObject, indent: string | null = null): string {
  const { $ref, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === "string") return $ref.split("/").at(-1) ?? "unknown";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum))
    return union(
      schema.enum.map((value) => JSON.stringify(value)),
      indent,
    );
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices))
    return union(
      choices.map((choice) => typeText(choice as JsonObject, indent)),
      indent,
    );
  if (Array.isArray(allOf)) return allOf.map((part) => typeText(part as JsonObject, indent)).join(" & ");
  if (Array.isArray(type))
    return union(
      type.map((one: JsonValue) => typeText({ ...schema, type: one }, indent)),
      indent,
    );
  if (type === "array") {
    const item = isObject(schema.items) ? typeText(schema.items, indent) : "unknown";
    return `readonly ${/ [|&] |^readonly /.test(item) ? `(${item})` : item}[]`;
  }
  if (type === "object") return objectText(schema, indent);
  if (type === "integer") return "number";
  return typeof type === "string" ? type : "unknown";
}

function objectText(schema: JsonObject, indent: string | null): string {
  const { properties, additionalProperties: more } = schema;
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const isOpen = more !== false && more !== undefined;
  const rest = isObject(more) && Object.keys(more).length > 0 ? typeText(more, indent) : "unknown";
  if (!isObject(properties) || Object.keys(properties).length === 0)
    return `Readonly<Record<string, ${isOpen ? rest : "unknown"}>>`;
  const inner = indent === null ? null : `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `readonly ${key}${required.has(name) ? "" : "?"}: ${typeText(field as JsonObject, inner)};`;
  });
  if (isOpen) fields.push(`readonly [more: string]: ${rest === "unknown" ? rest : "unknown"};`);
  return inner === null
    ? `{ ${fields.join(" ")} }`
    : `{\n${fields.map((f) => inner + f).join("\n")}\n${indent}}`;
}

function union(texts: readonly string[], indent: string | null): string {
  const different = [...new Set(texts)];
  if (different.includes("unknown")) return "unknown";
  const line = different.join(" | ");
  if (indent === null || line.length < 90 || different.length < 3) return line;
  return different.map((text) => `\n${indent}  | ${text}`).join("");
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
