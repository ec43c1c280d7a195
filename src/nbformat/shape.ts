/**
 * Which fields of the file are text that may stand as one string or as a list of lines, and which may be left out.
 * Source: the multi-line fields of nbformat's JSON schema 4.0–4.5.
 */
import type { JsonValue } from "../util/json.ts";

/** What stands at a place of the file. `text` may be a string or a list of strings there. */
export type Shape =
  | "notebook"
  | "cell"
  | "outputs"
  | "output"
  | "attachments"
  | "bundle"
  | "source"
  | "output-text"
  | "plain";

/** The shape of a member of an object of `shape`. */
export function memberShape(shape: Shape, key: string): Shape {
  switch (shape) {
    case "cell":
      if (key === "source") return "source";
      if (key === "outputs" || key === "attachments") return key;
      return "plain";
    case "output":
      if (key === "data") return "bundle";
      return key === "text" ? "output-text" : "plain";
    case "attachments":
      return "bundle";
    case "bundle":
      return isJsonMime(key) ? "plain" : "output-text";
    default:
      return "plain";
  }
}

/** The shape of the items of an array of `shape`. */
export function itemShape(shape: Shape): Shape {
  return shape === "outputs" ? "output" : "plain";
}

export function isTextShape(shape: Shape): boolean {
  return shape === "source" || shape === "output-text";
}

/** JSON data of an output stays as it is; every other MIME type's list of strings is lines of one text. */
export function isJsonMime(mimeType: string): boolean {
  return (
    mimeType === "application/json" || (mimeType.startsWith("application/") && mimeType.endsWith("+json"))
  );
}

/** Whether Jupyter's writer splits the data of this MIME type into lines. */
export function isSplitMime(mimeType: string): boolean {
  return (
    mimeType.startsWith("text/") || mimeType === "application/javascript" || mimeType === "image/svg+xml"
  );
}

/**
 * Whether a field that a file left out means just this value, so that reading it in and writing it back adds
 * nothing. `parse.ts` fills these in.
 */
export function isImpliedValue(shape: Shape, key: string, value: JsonValue | undefined): boolean {
  if (value === undefined) return true;
  switch (shape) {
    case "notebook":
      return (key === "metadata" && isEmpty(value)) || (key === "nbformat_minor" && value === 0);
    case "cell":
      if (key === "metadata" || key === "outputs") return isEmpty(value);
      return (key === "execution_count" && value === null) || (key === "source" && value === "");
    case "output":
      if (key === "metadata" || key === "data" || key === "traceback") return isEmpty(value);
      if (key === "execution_count") return value === null;
      if (key === "name") return value === "stdout";
      return (key === "text" || key === "ename" || key === "evalue") && value === "";
    default:
      return false;
  }
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** LF, VT, FF, CR, the file, group and record separators, NEL, and Unicode's line and paragraph separators. */
const LINE_ENDS = "\n-\r\x1c-\x1e\x85\u2028\u2029";
const LINE_END = new RegExp(`\r\n|[${LINE_ENDS}]`, "g");

/** Splits after every line end, as Python's `str.splitlines(keepends=True)` does (Jupyter's writer uses it). */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const { 0: lineEnd, index } of text.matchAll(LINE_END)) {
    const end = index + lineEnd.length;
    lines.push(text.slice(start, end));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}
