/**
 * The face of an output: what the document holds of it when the whole is too big to lie there. A face is an output
 * of the same type, so that whoever knows nothing of stores shows something sensible, with one more field that says
 * where the whole is and how big. Pure; nothing of it ever reaches a file (`file-outputs.ts`).
 */
import type { JsonObject, JsonValue, MimeBundle, Output, StreamOutput } from "../nbformat/notebook.ts";
import { OutputRef } from "../util/ids.ts";

/** The field of a face beside those of its output type. */
export const STORED = "loopbook_stored";

/** The whole is one value, replaced as often as it changes. */
export interface StoredValue {
  readonly kind: "value";
  readonly ref: OutputRef;
  /** Grows with each change of the whole. */
  readonly seq: number;
  readonly bytes: number;
  /** Size of each form in bytes, by MIME type; none of an error. */
  readonly forms: Readonly<Record<string, number>>;
}

/** The whole is text that grows by lines. */
export interface StoredLog {
  readonly kind: "log";
  readonly ref: OutputRef;
  readonly seq: number;
  readonly bytes: number;
  /** A last line without an end counts. */
  readonly lines: number;
  /** How many lines of the face's text are the log's first ones and its last ones; between them is a line of ours. */
  readonly head: number;
  readonly tail: number;
  /** It came with the file, which gets it back whole however long it is. */
  readonly asInFile?: boolean;
}

export type Stored = StoredValue | StoredLog;

/** What lies in the document whole, and what a face may take there, in bytes of JSON. */
export const FACE_LIMIT_BYTES = 2048;
const TEXT_PREVIEW = 900;
const SMALL_METADATA = 400;
const SMALL_MESSAGE = 300;
const HEAD_LENGTH = 500;
const TAIL_LENGTH = 900;
const HEAD_LINES = 10;
const TAIL_LINES = 20;
/** Forms beyond this many are not listed; nothing shows them anyhow. */
const MAX_FORMS = 8;

const known = new WeakMap<object, Stored>();

/** Where the whole of this output is; null: this is the whole. */
export function storedOf(output: Output): Stored | null {
  const field = output[STORED];
  if (typeof field !== "object" || field === null) return null;
  const before = known.get(field);
  if (before) return before;
  if (!isStored(field as Record<string, unknown>)) return null;
  known.set(field, field as Stored);
  return field as Stored;
}

/** A file may hold a field of this name, too, by chance or by craft. */
function isStored(field: Record<string, unknown>): boolean {
  const { kind, ref, forms } = field;
  if (typeof ref !== "string" || !OutputRef.isOne(ref)) return false;
  const has = (...names: readonly string[]): boolean =>
    names.every((name) => Number.isSafeInteger(field[name]));
  if (kind === "log") return has("seq", "bytes", "lines", "head", "tail");
  return (
    kind === "value" &&
    has("seq", "bytes") &&
    typeof forms === "object" &&
    forms !== null &&
    Object.values(forms).every(Number.isSafeInteger)
  );
}

/** Whether an output lies in the document whole. Streams are measured by their text, which is cheap. */
export function isSmall(output: Output, limitBytes = FACE_LIMIT_BYTES): boolean {
  if (output.output_type === "stream") return utf8LengthUpTo(output.text, limitBytes) <= limitBytes;
  return sizeUpTo(output as JsonValue, limitBytes) <= limitBytes;
}

/** The face of a value that is `bytes` big in the store. */
export function valueFace(
  output: Exclude<Output, StreamOutput>,
  { ref, seq, bytes }: Pick<StoredValue, "ref" | "seq" | "bytes">,
): Output {
  if (output.output_type === "error") {
    const { ename, evalue, traceback } = output;
    const note: StoredValue = { kind: "value", ref, seq, bytes, forms: {} };
    return {
      output_type: "error",
      ename: cutText(ename, SMALL_MESSAGE),
      evalue: cutText(evalue, SMALL_MESSAGE),
      traceback: lastLines(traceback, TEXT_PREVIEW),
      [STORED]: note,
    };
  }
  const { data, metadata } = output;
  const forms = Object.fromEntries(
    Object.entries(data)
      .slice(0, MAX_FORMS)
      .map(([mime, value]) => [cutText(mime, 100), formSize(value)]),
  );
  const note: StoredValue = { kind: "value", ref, seq, bytes, forms };
  const text = data["text/plain"];
  const preview: MimeBundle = text === undefined ? {} : { "text/plain": cutText(textOf(text), TEXT_PREVIEW) };
  const small: JsonObject = sizeUpTo(metadata, SMALL_METADATA) <= SMALL_METADATA ? metadata : {};
  const face = { data: preview, metadata: small, [STORED]: note };
  return output.output_type === "execute_result"
    ? { output_type: "execute_result", execution_count: output.execution_count, ...face }
    : { output_type: "display_data", ...face };
}

/** What a log's face is made of. */
export interface LogEnds {
  readonly name: string;
  readonly ref: OutputRef;
  readonly seq: number;
  readonly bytes: number;
  readonly lines: number;
  /** The log's beginning and end, as much as whoever keeps it has at hand; together they may be all of it. */
  readonly first: string;
  readonly last: string;
  readonly asInFile?: boolean;
}

export function logFace(log: LogEnds): StreamOutput {
  const { name, ref, seq, bytes, lines, first, last, asInFile } = log;
  const head = firstLines(first);
  const tail = tailOf(last);
  const count = { head: countLines(head), tail: countLines(tail) };
  const hidden = lines - count.head - count.tail;
  const note: StoredLog = { kind: "log", ref, seq, bytes, lines, ...count, ...(asInFile && { asInFile }) };
  const gap = hidden > 0 ? `[… ${hidden.toLocaleString("en")} more lines …]\n` : "[…]\n";
  return { output_type: "stream", name, text: `${head}${gap}${tail}`, [STORED]: note };
}

/** Lines of a text; a last one without an end counts. */
export function countLines(text: string): number {
  let lines = 0;
  let from = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
    lines++;
    from = at + 1;
  }
  return from < text.length ? lines + 1 : lines;
}

/** Whole lines from the beginning; of a first line that is too long, its beginning. Ends with a line's end. */
function firstLines(text: string): string {
  let end = 0;
  for (let line = 0; line < HEAD_LINES; line++) {
    const next = text.indexOf("\n", end) + 1;
    if (next === 0 || next > HEAD_LENGTH) break;
    end = next;
  }
  return end > 0 ? text.slice(0, end) : `${cutText(text.split("\n", 1)[0] ?? "", HEAD_LENGTH)}\n`;
}

function tailOf(text: string): string {
  let start = text.length;
  for (let line = 0; line < TAIL_LINES && start > 0; line++) {
    const before = start < 2 ? 0 : text.lastIndexOf("\n", start - 2) + 1;
    if (text.length - before > TAIL_LENGTH) break;
    start = before;
  }
  return start < text.length ? text.slice(start) : `…${withoutHalfAtStart(text.slice(-TAIL_LENGTH))}`;
}

function lastLines(lines: readonly string[], limit: number): string[] {
  const kept: string[] = [];
  let left = limit;
  for (const line of lines.toReversed()) {
    if (line.length > left) {
      kept.unshift(kept.length === 0 ? cutText(line, limit) : "…");
      break;
    }
    left -= line.length;
    kept.unshift(line);
  }
  return kept;
}

export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit)}…`;
}

function withoutHalfAtStart(text: string): string {
  const first = text.charCodeAt(0);
  return first >= 0xdc00 && first <= 0xdfff ? text.slice(1) : text;
}

function textOf(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((part) => (typeof part === "string" ? part : "")).join("");
  return JSON.stringify(value);
}

/** What an output takes as JSON, about. */
export function aboutSize(output: Output): number {
  return formSize(output as JsonValue);
}

/** Looked for by the engine's own scan, which is ten times as quick as a loop. */
const NOT_ASCII = /[\u0080-\uffff]/;

export function utf8Length(text: string): number {
  return utf8LengthUpTo(text, Number.POSITIVE_INFINITY);
}

function formSize(value: JsonValue): number {
  return sizeUpTo(value, Number.POSITIVE_INFINITY);
}

function utf8LengthUpTo(text: string, limit: number): number {
  if (text.length > limit || !NOT_ASCII.test(text)) return text.length;
  let size = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80) size += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return size;
}

/** About how many bytes a value is as JSON; it stops counting beyond the limit. Text of millions costs nothing. */
function sizeUpTo(value: JsonValue | undefined, limit: number): number {
  if (typeof value === "string")
    return 2 + (limit === Number.POSITIVE_INFINITY ? value.length : utf8LengthUpTo(value, limit));
  if (typeof value !== "object" || value === null) return 8;
  let size = 2;
  const items = Array.isArray(value) ? value.map((item) => ["", item] as const) : Object.entries(value);
  for (const [key, item] of items) {
    size += key.length + 4 + sizeUpTo(item, limit - size);
    if (size > limit) break;
  }
  return size;
}
