/** Text to JSON value, or the reason why it is not a notebook's JSON, in one line. */
import type { JsonValue } from "../util/json.ts";
import { findJsonFault, lineOf } from "./json-diagnosis.ts";
import { hasEscapedKey, jsonValueOf, nestingDepth, readNode, skipSpace } from "./json-syntax.ts";
import { unreadable } from "./unreadable.ts";

/** Deeper JSON is refused; Python's own reader gives up at about the same depth. */
export const MAX_DEPTH = 500;

export interface ReadJson {
  readonly value: JsonValue;
  /** Where the value starts: behind a byte order mark and white space. */
  readonly start: number;
  readonly notices: readonly string[];
}

/**
 * How deep it goes is not always known by then: `checkDepth`.
 * @throws LoopbookError `notebook-unreadable`.
 */
export function readJson(text: string, fileName: string): ReadJson {
  const hasByteOrderMark = text.charCodeAt(0) === 0xfeff;
  const start = skipSpace(text, hasByteOrderMark ? 1 : 0);
  if (start >= text.length) throw unreadable(fileName, "is empty. Was it cut off while being copied?");
  const notices = hasByteOrderMark
    ? ["The file starts with a byte order mark, which Jupyter does not read; it is kept."]
    : [];
  let value: JsonValue;
  try {
    value = JSON.parse(hasByteOrderMark ? text.slice(1) : text) as JsonValue;
    if (hasEscapedKey(text)) {
      checkDepth(text, fileName);
      value = jsonValueOf(text, readNode(text, start));
    }
  } catch (cause) {
    const fault = cause instanceof SyntaxError ? findJsonFault(text, start) : undefined;
    if (fault !== undefined) {
      const kind = kindOfText(text, start);
      if (kind !== undefined) throw unreadable(fileName, kind, cause);
      const hint = fault.isCutOff ? " Was it cut off while being copied?" : "";
      const line = lineOf(text, fault.offset);
      throw unreadable(fileName, `is not valid JSON: ${fault.reason} (line ${line}).${hint}`, cause);
    }
    if (!(cause instanceof SyntaxError)) throw cause;
    checkDepth(text, fileName);
    value = jsonValueOf(text, readNode(text, start));
    notices.push("It holds NaN or Infinity, which JSON does not know; they are kept as they are.");
  }
  return { value, start, notices };
}

/** @throws LoopbookError `notebook-unreadable`: reading the text as a tree would take too much stack. */
export function checkDepth(text: string, fileName: string): void {
  const depth = nestingDepth(text);
  if (depth > MAX_DEPTH)
    throw unreadable(
      fileName,
      `has lists and objects inside each other ${depth} levels deep; ${MAX_DEPTH} are read.`,
    );
}

/** What a text that is not JSON rather seems to be. */
function kindOfText(text: string, start: number): string | undefined {
  const head = text.slice(start, start + 4096);
  if (head.startsWith("version https://git-lfs"))
    return "is a Git LFS pointer, not the notebook itself. Fetch it with `git lfs pull`.";
  const conflict = /^<{7} /m.exec(text);
  if (conflict !== null && /^>{7} /m.test(text))
    return `has unresolved merge conflict markers (line ${lineOf(text, conflict.index)}). Resolve the merge first, for instance with nbdime.`;
  if (/^<(?:!doctype|html|\?xml|head|body)/i.test(head))
    return "is a web page (HTML), not a notebook. Was the page saved instead of the file behind it?";
  if (head.includes("\0")) return "is a binary file, not a notebook.";
  if (
    /^(?:#!.*python|#.*coding[:=]|""")|^(?:import \w|from \w[\w.]* import |def \w+\(|class \w+[(:]|@\w)/m.test(
      head,
    ) &&
    !head.startsWith("{")
  )
    return "is a Python program, not a notebook. (`jupytext --to notebook` makes one of it.)";
  return /^[[{"\d-]/.test(head) ? undefined : "is not a notebook: it is text, not JSON.";
}
