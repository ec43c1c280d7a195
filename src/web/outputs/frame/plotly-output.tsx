import { useMemo } from "react";
import type { JsonValue } from "../../../nbformat/notebook.ts";
import type { RendererProps } from "../renderers.ts";
import { OutputFrame } from "./output-frame.tsx";
import { objectOf } from "./spec-object.ts";

const load = (): Promise<string> => import("frame:plotly").then(({ code }) => code);

/** A Plotly figure. It needs no trust: a figure is data. */
export function PlotlyOutput({ value, fallback }: RendererProps) {
  const figure = useMemo(() => objectOf(value), [value]);
  if (figure === null || !Array.isArray(figure.data)) return fallback;
  return (
    <OutputFrame
      kind="charts"
      title={`Chart: ${titleOf(figure.layout) ?? "Plotly figure"}`}
      load={load}
      payload={figure}
      guess={heightOf(figure.layout)}
      exports={["png", "svg"]}
      fallback={fallback}
    />
  );
}

function titleOf(layout: JsonValue | undefined): string | null {
  const { title } = objectOf(layout ?? null) ?? {};
  const text = typeof title === "string" ? title : objectOf(title ?? null)?.text;
  return typeof text === "string" && text !== "" ? text.replace(/<[^>]*>/g, " ").slice(0, 200) : null;
}

/** Plotly's own default is 450. */
function heightOf(layout: JsonValue | undefined): number {
  const { height } = objectOf(layout ?? null) ?? {};
  return typeof height === "number" && height > 0 ? Math.min(height, 2_000) : 450;
}
