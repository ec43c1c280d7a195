import { useMemo } from "react";
import type { RendererProps } from "../outputs/renderers.ts";
import { ChartView } from "./chart-view.tsx";
import { chartFaceOf } from "./faces-of.ts";

/** A chart of a run's series, live; what is no chart is shown in its other forms. */
export function ChartOutput({ value, fallback }: RendererProps) {
  // Faces are written anew as a whole: what they say decides, not which object it is.
  const text = JSON.stringify(value);
  const face = useMemo(() => chartFaceOf(JSON.parse(text)), [text]);
  return face === null ? fallback : <ChartView key={face.runId} face={face} fallback={fallback} />;
}
