/**
 * Which outputs hold something that would run in a browser, and which of them others lean on. Pure.
 *
 * Notebook libraries split a drawing over several outputs: one brings the library, one a place to draw into, one the
 * script that draws there. In a frame of its own an output needs those before it that it leans on.
 */
import type { MimeBundle, Output } from "../nbformat/notebook.ts";
import type { JsonValue } from "../util/json.ts";

/** Markup, or a script beside it. */
export interface ActivePart {
  readonly kind: "html" | "script";
  readonly text: string;
}

const SCRIPT_FORMS = ["application/javascript", "text/javascript"];
/** A library that is smaller than this is told apart from a drawing by nothing, and taken for one. */
const LIBRARY_SIZE = 5_000;
const LIBRARY_FORM = /^application\/vnd\.(?:bokehjs|holoviews)_load\./;

/** Whether markup would run something, frame another page, or hand over to a plug-in. */
export function hasScript(html: string): boolean {
  return (
    /<(?:script|iframe|frame|object|embed)\b/i.test(html) ||
    /<[a-z][^<>]*\son[a-z]+\s*=/i.test(html) ||
    /javascript:/i.test(html)
  );
}

/** What of an output would run; null: nothing. */
export function activePart(output: Output): ActivePart | null {
  const data = dataOf(output);
  if (data === null) return null;
  const html = formText(data["text/html"]);
  if (html !== null && hasScript(html)) return { kind: "html", text: html };
  for (const form of SCRIPT_FORMS) {
    const script = formText(data[form]);
    if (script !== null) return { kind: "script", text: script };
  }
  return null;
}

/** Whether an output may hold something that runs, by the names of its forms alone. */
export function mayBeActive(forms: Readonly<Record<string, unknown>>): boolean {
  return "text/html" in forms || SCRIPT_FORMS.some((form) => form in forms);
}

/** The place that a later script draws into: markup with nothing to see and nothing that runs; null: it is none. */
export function placePart(output: Output): ActivePart | null {
  const data = dataOf(output);
  const html = data && formText(data["text/html"]);
  if (data === null || html === null || html.length > LIBRARY_SIZE || hasScript(html)) return null;
  return isEmpty(html) && /<[a-z][^<>]*\sid\s*=/i.test(html) ? { kind: "html", text: html } : null;
}

/** A library that later outputs use: it says so, or it is nothing but a long script. */
export function libraryPart(output: Output): ActivePart | null {
  const part = activePart(output);
  const data = dataOf(output);
  if (part === null || data === null) return null;
  if (Object.keys(data).some((form) => LIBRARY_FORM.test(form))) return part;
  const isBig = part.text.length >= LIBRARY_SIZE;
  return part.kind === "html" && isBig && isEmpty(part.text) ? part : null;
}

/** Whether markup shows nothing by itself. */
function isEmpty(html: string): boolean {
  const rest = withoutElements(withoutElements(html, "script"), "style").replace(/<!--[\s\S]*?-->/g, "");
  return (
    !/<(?:img|svg|canvas|table|input|video|audio|iframe)\b/i.test(rest) &&
    rest.replace(/<[^>]*>/g, "").trim() === ""
  );
}

/** By hand: a pattern over megabytes of script would go back and forth in it. */
function withoutElements(html: string, name: string): string {
  const lower = html.toLowerCase();
  let rest = "";
  let from = 0;
  for (let at = lower.indexOf(`<${name}`); at !== -1; at = lower.indexOf(`<${name}`, from)) {
    rest += html.slice(from, at);
    const end = lower.indexOf(`</${name}`, at);
    if (end === -1) return rest;
    const close = lower.indexOf(">", end);
    from = close === -1 ? html.length : close + 1;
  }
  return rest + html.slice(from);
}

function dataOf(output: Output): MimeBundle | null {
  return output.output_type === "display_data" || output.output_type === "execute_result"
    ? (output.data ?? null)
    : null;
}

function formText(value: JsonValue | undefined): string | null {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return null;
  return value.map((part) => (typeof part === "string" ? part : "")).join("");
}
