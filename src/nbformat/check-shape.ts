/**
 * Checks that a cell of the file has the types we rely on, and brings it into its form in memory: lines joined to
 * one text, fields that are missing filled in with what they mean. Works in place, on values nobody else has.
 * What the format allows or Jupyter tolerates is read; what would be guessing is refused with the place.
 */
import type { JsonObject, JsonValue } from "../util/json.ts";
import { isJsonObject } from "../util/json.ts";
import { isJsonMime } from "./shape.ts";

/** Thrown inside this folder only; `parse.ts` adds file, cell and line. */
export class ShapeFault extends Error {}

/** @throws ShapeFault */
export function checkCell(cell: JsonValue, notices: Set<string>): asserts cell is JsonObject {
  if (!isJsonObject(cell)) throw new ShapeFault(`is ${kindOf(cell)}, where an object is needed`);
  const type = cell.cell_type;
  if (type !== "code" && type !== "markdown" && type !== "raw") {
    throw new ShapeFault(
      typeof type === "string"
        ? `has the type "${type}", which nbformat 4 does not know (code, markdown and raw are)`
        : "has no cell_type",
    );
  }
  if (cell.id !== undefined && typeof cell.id !== "string") throw wrong(cell.id, "id", "a text");
  cell.metadata = objectOf(cell, "metadata");
  cell.source = textOf(cell, "source");
  if (cell.attachments !== undefined) {
    for (const bundle of Object.values(objectOf(cell, "attachments"))) {
      if (!isJsonObject(bundle)) throw wrong(bundle, "attachment", "an object");
      joinBundle(bundle);
    }
  }
  if (type !== "code") return;
  cell.execution_count = countOf(cell);
  const outputs = cell.outputs ?? [];
  if (!Array.isArray(outputs)) throw wrong(outputs, "outputs", "a list");
  cell.outputs = outputs;
  for (const [index, output] of outputs.entries()) {
    try {
      checkOutput(output, notices);
    } catch (error) {
      if (error instanceof ShapeFault) throw new ShapeFault(`: output ${index + 1} ${error.message}`);
      throw error;
    }
  }
}

function checkOutput(output: JsonValue, notices: Set<string>): void {
  if (!isJsonObject(output)) throw new ShapeFault(`is ${kindOf(output)}, where an object is needed`);
  switch (output.output_type) {
    case "stream":
      output.name ??= "stdout";
      if (typeof output.name !== "string") throw wrong(output.name, "name", "a text");
      output.text = textOf(output, "text");
      return;
    case "display_data":
    case "execute_result":
      output.metadata = objectOf(output, "metadata");
      output.data = objectOf(output, "data");
      joinBundle(output.data);
      if (output.output_type === "execute_result") output.execution_count = countOf(output);
      return;
    case "error":
      output.ename = textOf(output, "ename");
      output.evalue = textOf(output, "evalue");
      output.traceback ??= [];
      if (!Array.isArray(output.traceback) || !isStrings(output.traceback))
        throw wrong(output.traceback, "traceback", "a list of texts");
      return;
    default:
      if (typeof output.output_type !== "string") throw new ShapeFault("has no output_type");
      notices.add(`An output of the unknown type "${output.output_type}" is kept as it is.`);
  }
}

function joinBundle(bundle: JsonObject): void {
  for (const [mimeType, data] of Object.entries(bundle)) {
    if (Array.isArray(data) && !isJsonMime(mimeType) && isStrings(data)) bundle[mimeType] = data.join("");
  }
}

function textOf(owner: JsonObject, key: string): string {
  const value = owner[key];
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && isStrings(value)) return value.join("");
  throw wrong(value, key, "a text or a list of lines");
}

function objectOf(owner: JsonObject, key: string): JsonObject {
  const value = owner[key] ?? {};
  if (!isJsonObject(value) || owner[key] === null) throw wrong(owner[key] ?? null, key, "an object");
  return value;
}

function countOf(owner: JsonObject): number | null {
  const count = owner.execution_count ?? null;
  if (count !== null && typeof count !== "number") throw wrong(count, "execution_count", "a number or null");
  return count;
}

function isStrings(items: readonly JsonValue[]): items is string[] {
  return items.every((item) => typeof item === "string");
}

function wrong(value: JsonValue, key: string, needed: string): ShapeFault {
  return new ShapeFault(`has ${kindOf(value)} as its ${key}, where ${needed} is needed`);
}

/** A JSON value's kind, with its article. */
export function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "an object";
  }
}
