/**
 * Altair's HTML form is a page's script that fetches Vega from elsewhere and hands it the specification. The
 * specification is JSON at its end, and is all that is needed here. Pure.
 */
import type { JsonObject, JsonValue } from "../../../nbformat/notebook.ts";
import { objectOf } from "./spec-object.ts";

export function isAltairHtml(html: string): boolean {
  return /<div id="altair-viz-[0-9a-f]{32}"/.test(html.slice(0, 2_000));
}

/** The specification in it; null: it is written otherwise. */
export function altairSpec(html: string): JsonObject | null {
  const start = html.lastIndexOf("\n  })({");
  const end = html.lastIndexOf(");\n</script>");
  if (start === -1 || end < start) return null;
  try {
    // Specification and options, both JSON.
    const [spec, options] = JSON.parse(`[${html.slice(start + "\n  })(".length, end)}]`) as JsonValue[];
    const mode = objectOf(options ?? null)?.mode;
    return mode === undefined || mode === "vega-lite" ? objectOf(spec ?? null) : null;
  } catch {
    return null;
  }
}
