import { useMemo } from "react";
import { useSanitised } from "../html-output.tsx";
import { textOf } from "../mime.ts";
import type { RendererProps } from "../renderers.ts";
import { FrameTable } from "./frame-table.tsx";
import { parseTable } from "./parse-table.ts";

/** The table in an output's HTML; where it is not as regular as a DataFrame's, the HTML as it is. */
export function FrameTableView({ value, fallback }: RendererProps) {
  const html = textOf(value);
  const fragment = useSanitised(html);
  const table = useMemo(() => (fragment === null ? null : parseTable(fragment, html)), [fragment, html]);
  return table === null ? fallback : <FrameTable key={html} table={table} />;
}
