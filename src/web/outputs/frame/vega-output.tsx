import { useMemo } from "react";
import type { JsonValue } from "../../../nbformat/notebook.ts";
import { altOf } from "../mime.ts";
import type { RendererProps } from "../renderers.ts";
import { OutputFrame } from "./output-frame.tsx";
import { objectOf } from "./spec-object.ts";

const load = (): Promise<string> => import("frame:vega").then(({ code }) => code);

/** A Vega or Vega-Lite chart. It needs no trust: a chart is data, and its expressions are interpreted. */
export function VegaOutput({ mime, value, data, metadata, fallback }: RendererProps) {
  const spec = useMemo(() => objectOf(value), [value]);
  const payload = useMemo(
    () => ({ grammar: mime.includes("vegalite") ? "vega-lite" : "vega", spec }),
    [mime, spec],
  );
  if (spec === null) return fallback;
  return (
    <OutputFrame
      kind="data"
      title={`Chart: ${titleOf(spec.title) ?? titleOf(spec.description) ?? altOf(metadata, data)}`}
      load={load}
      payload={payload}
      exports={["png", "svg"]}
      fallback={fallback}
    />
  );
}

/** A title is a text, its lines, or an object that has it. */
function titleOf(title: JsonValue | undefined): string | null {
  if (typeof title === "string" && title.trim() !== "") return title.trim().slice(0, 200);
  if (Array.isArray(title)) return titleOf(title.filter((line) => typeof line === "string").join(" "));
  return typeof title === "object" && title !== null ? titleOf(title.text) : null;
}
