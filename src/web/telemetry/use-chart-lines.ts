/** Reads the series of a chart, of its own run and of those beside it, as finely as there is room to draw them. */
import { useMemo } from "react";
import type { ChartFace } from "../../telemetry/faces.ts";
import { lineStyle } from "../../telemetry/series-colours.ts";
import type { ChartAxis, ChartLine } from "./chart-lines.ts";
import type { Range } from "./plot.ts";
import { telemetryOf, useRead, useRunState } from "./run-feed.ts";

export interface ComparedRun {
  readonly id: string;
  readonly name: string;
}

export interface ChartRead {
  readonly lines: readonly ChartLine[];
  readonly isMissing: boolean;
  readonly isRead: boolean;
}

/** @param isNear else nothing is asked for, and what was read stays. */
export function useChartLines(
  face: ChartFace,
  axis: ChartAxis,
  range: Range | null,
  places: number,
  compared: readonly ComparedRun[],
  isNear: boolean,
): ChartRead {
  const state = useRunState(face.runId);
  const wanted = JSON.stringify([state, face.runId, face.series, axis, range, places, compared]);
  const { value } = useRead(isNear && places > 0 ? wanted : null, async (signal) => {
    const runs = [{ id: face.runId, name: "" }, ...compared];
    const read = await Promise.all(
      runs.map((run, index) => {
        const lines = readRun(run, index, face.series, axis, range, places, signal);
        // A run that told nothing has nothing to compare with.
        return index === 0 ? lines : lines.catch(() => []);
      }),
    );
    return read.flat();
  });
  return useMemo(
    () => ({
      lines: value?.type === "read" ? value.value : [],
      isMissing: value?.type === "missing",
      isRead: value !== null,
    }),
    [value],
  );
}

async function readRun(
  run: ComparedRun,
  index: number,
  names: readonly string[],
  axis: ChartAxis,
  range: Range | null,
  places: number,
  signal: AbortSignal,
): Promise<readonly ChartLine[]> {
  const client = telemetryOf(run.id);
  let startMs = 0;
  if (axis === "relative") {
    const { series } = await client.overview(signal);
    startMs = Math.min(...series.map(({ firstTimeMs }) => firstTimeMs));
    if (!Number.isFinite(startMs)) startMs = 0;
  }
  // A little more than is seen, so that lines go on to the edges.
  const margin = range === null ? 0 : (range.to - range.from) * 0.02;
  const part = range === null ? {} : { from: range.from - margin + startMs, to: range.to + margin + startMs };
  const query = { names, axis: axis === "step" ? "step" : "time", points: places, ...part } as const;
  const views = await client.series(query, signal);
  return views.map((view): ChartLine => {
    const at = names.indexOf(view.name);
    const label = index === 0 ? view.name : `${view.name} · ${run.name}`;
    const style = index === 0 ? lineStyle(at) : { ...lineStyle(at), dash: [4, 3] };
    return { key: `${run.id} ${view.name}`, label, style, isFaint: index > 0, view, startMs };
  });
}
