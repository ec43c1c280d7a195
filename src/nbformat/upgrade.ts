/**
 * nbformat 3 to 4. Source: the differences between the two JSON schemas, and what nbformat's own converter does
 * with the fields that changed their names.
 */
import type { JsonObject, JsonValue } from "../util/json.ts";
import { isJsonObject } from "../util/json.ts";
import { ShapeFault } from "./check-shape.ts";

/** The short names that nbformat 3 gave to MIME types. */
const MIME_TYPES = new Map([
  ["text", "text/plain"],
  ["html", "text/html"],
  ["svg", "image/svg+xml"],
  ["png", "image/png"],
  ["jpeg", "image/jpeg"],
  ["latex", "text/latex"],
  ["json", "application/json"],
  ["javascript", "application/javascript"],
]);

/** The notebook's top level in nbformat 4.5, its cells not yet checked. @throws ShapeFault */
export function upgradeFrom3(old: JsonObject): JsonObject {
  const {
    worksheets = [],
    metadata,
    nbformat: _,
    nbformat_minor: __,
    orig_nbformat: ___,
    orig_nbformat_minor: ____,
    ...rest
  } = old;
  if (!Array.isArray(worksheets)) throw new ShapeFault("has no list of worksheets");
  const cells = worksheets.flatMap((worksheet) => {
    const own = isJsonObject(worksheet) ? (worksheet.cells ?? []) : undefined;
    if (!Array.isArray(own)) throw new ShapeFault("has a worksheet without a list of cells");
    return own;
  });
  // The notebook's name was its file's name; a signature never holds for another version.
  const { name: _name, signature: _signature, ...kept } = isJsonObject(metadata) ? metadata : {};
  return { ...rest, metadata: kept, nbformat: 4, nbformat_minor: 5, cells: cells.map(upgradeCell) };
}

function upgradeCell(cell: JsonValue): JsonValue {
  if (!isJsonObject(cell)) return cell;
  const { cell_type: type, ...rest } = cell;
  const metadata = isJsonObject(rest.metadata) ? rest.metadata : {};
  if (type === "code") {
    const { input = "", prompt_number = null, language: _, collapsed, outputs = [], ...others } = rest;
    return {
      ...others,
      cell_type: "code",
      metadata: collapsed === undefined ? metadata : { ...metadata, collapsed },
      source: joinLines(input),
      execution_count: prompt_number,
      outputs: Array.isArray(outputs) ? outputs.map(upgradeOutput) : outputs,
    };
  }
  const source = joinLines(rest.source ?? "");
  if (type === "heading") {
    const { level = 1, ...others } = rest;
    const hashes = "#".repeat(typeof level === "number" ? Math.min(Math.max(level, 1), 6) : 1);
    const title =
      typeof source === "string"
        ? source
            .split(/\r\n|\r|\n/)
            .join(" ")
            .trim()
        : "";
    return { ...others, cell_type: "markdown", metadata, source: `${hashes} ${title}` };
  }
  return { ...rest, cell_type: type === "html" ? "markdown" : (type ?? null), metadata, source };
}

function upgradeOutput(output: JsonValue): JsonValue {
  if (!isJsonObject(output)) return output;
  const { output_type: type, ...rest } = output;
  if (type === "pyout" || type === "display_data") {
    const { prompt_number = null, metadata = {}, ...fields } = rest;
    const data = Object.fromEntries(Object.entries(fields).map(([key, value]) => upgradeData(key, value)));
    const bundle = { data, metadata: isJsonObject(metadata) ? renameKeys(metadata) : metadata };
    return type === "pyout"
      ? { output_type: "execute_result", execution_count: prompt_number, ...bundle }
      : { output_type: "display_data", ...bundle };
  }
  if (type === "pyerr") return { output_type: "error", ...rest };
  if (type === "stream") {
    const { stream = "stdout", ...others } = rest;
    return { output_type: "stream", name: stream, ...others, text: joinLines(rest.text ?? "") };
  }
  return output;
}

function upgradeData(key: string, value: JsonValue): [string, JsonValue] {
  const mimeType = MIME_TYPES.get(key) ?? key;
  const data = MIME_TYPES.has(key) ? joinLines(value) : value;
  if (mimeType !== "application/json" || typeof data !== "string") return [mimeType, data];
  try {
    return [mimeType, JSON.parse(data) as JsonValue];
  } catch {
    return [mimeType, data];
  }
}

function renameKeys(metadata: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [MIME_TYPES.get(key) ?? key, value]),
  );
}

/** Version 3 was written both with and without the line ends kept in its lists. */
function joinLines(value: JsonValue): JsonValue {
  if (!Array.isArray(value) || !value.every((line) => typeof line === "string")) return value;
  return value.join(/[\n\r]$/.test(value[0] ?? "") ? "" : "\n");
}
