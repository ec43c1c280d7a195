/** Which of an output's forms the page shows, and what it says about those that it does not. Pure. */
import type { JsonObject, JsonValue, MimeBundle } from "../../nbformat/notebook.ts";

/** Richest first; as JupyterLab ranks them, without what needs a script. */
const SHOWN = [
  "text/html",
  "text/markdown",
  "image/svg+xml",
  "text/latex",
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "application/json",
  "application/geo+json",
  "text/plain",
] as const;

export type ShownMime = (typeof SHOWN)[number];

export function isImageMime(
  mime: ShownMime,
): mime is "image/png" | "image/jpeg" | "image/gif" | "image/webp" {
  return mime === "image/png" || mime === "image/jpeg" || mime === "image/gif" || mime === "image/webp";
}

/** The forms that can be shown, richest first; the caller takes the first that has something to see. */
export function shownForms(bundle: Readonly<Record<string, unknown>>): readonly ShownMime[] {
  return SHOWN.filter((mime) => mime in bundle);
}

/** One line on what is not shown, or null when the best form is. */
export function notShown(bundle: MimeBundle): string | null {
  if (shownForms(bundle).length > 0) return null;
  const types = Object.keys(bundle)
    // What came of a script, the frame that it has says.
    .filter((mime) => !/javascript$|^application\/vnd\.(?:bokehjs|holoviews)/.test(mime))
    .join(", ");
  if (types === "" && Object.keys(bundle).length > 0) return null;
  return types === "" ? "An empty output." : `This output (${types}) cannot be shown here.`;
}

/** Text of a form; lists of lines (as files write them) are joined. */
export function textOf(value: MimeBundle[string] | undefined): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((part) => (typeof part === "string" ? part : "")).join("");
  return value === undefined ? "" : JSON.stringify(value);
}

/** What stands for an image where it is not seen: its own `alt`, else its text form. */
export function altOf(metadata: JsonObject, data: MimeBundle): string {
  if (typeof metadata.alt === "string" && metadata.alt !== "") return metadata.alt;
  const text = textOf(data["text/plain"]).trim();
  return text === "" ? "Image" : text.replace(/^<(.*)>$/, "$1").slice(0, 200);
}

/** Sizes that a program gave (`metadata["image/png"].width`), in CSS pixels. */
export function sizeOf(metadata: JsonValue | undefined): { width?: number; height?: number } {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return {};
  const { width, height } = metadata;
  return {
    ...(typeof width === "number" && width > 0 ? { width } : {}),
    ...(typeof height === "number" && height > 0 ? { height } : {}),
  };
}
