import type { ChartFace } from "../../telemetry/faces.ts";
import { chartSvg } from "../../telemetry/fallback/chart-svg.ts";
import type { Look } from "../outputs/frame/protocol.ts";
import { saveFile, saveFrom } from "../outputs/tools/save-file.ts";
import type { MenuItem } from "../parts/menu.tsx";
import type { ChartLine } from "./chart-lines.ts";
import { colourOf, type Plot } from "./plot.ts";
import { telemetryOf } from "./run-feed.ts";

/** What of a chart can be kept as a file: the picture as it is seen, as lines, and every point. */
export function chartSaves(
  face: ChartFace,
  lines: readonly ChartLine[],
  hidden: ReadonlySet<string>,
  plot: () => Plot | null,
  look: Look,
): readonly MenuItem[] {
  const shown = lines.filter(({ key }) => !hidden.has(key));
  const name =
    face.series
      .join("-")
      .replace(/[^\w.-]+/g, "-")
      .slice(0, 80) || "chart";
  return [
    {
      label: "Save as PNG",
      disabled: shown.length === 0,
      onSelect: () => {
        const canvas = plot()?.uplot.ctx.canvas;
        if (canvas) void savePng(`${name}.png`, canvas, shown, look);
      },
    },
    {
      label: "Save as SVG",
      disabled: shown.length === 0,
      onSelect: () => {
        const views = shown.map(({ view, label }) => ({ ...view, name: label }));
        const svg = chartSvg({ ...face, axis: views[0]?.axis ?? face.axis }, views, {
          width: 900,
          height: 420,
        });
        saveFile(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
      },
    },
    ...face.series.slice(0, 12).map((series) => ({
      label: `All points of ${series} as CSV`,
      onSelect: () =>
        saveFrom(`${series.replace(/[^\w.-]+/g, "-")}.csv`, telemetryOf(face.runId).csvAddress(series)),
    })),
  ];
}

async function savePng(
  name: string,
  plot: HTMLCanvasElement,
  lines: readonly ChartLine[],
  { isDark, tokens }: Look,
): Promise<void> {
  const unit = window.devicePixelRatio;
  const row = 22 * unit;
  const canvas = document.createElement("canvas");
  canvas.width = plot.width;
  canvas.height = plot.height + row * lines.length + row / 2;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.fillStyle = tokens.sheet ?? "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(plot, 0, 0);
  context.font = `${13 * unit}px ${tokens.sans ?? "sans-serif"}`;
  lines.forEach((line, index) => {
    const y = plot.height + row * (index + 0.5);
    context.fillStyle = colourOf(line.style, isDark);
    context.fillRect(12 * unit, y - 1.5 * unit, 18 * unit, 3 * unit);
    context.fillStyle = tokens.ink ?? "#000";
    context.fillText(line.label, 38 * unit, y + 4 * unit);
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob) saveFile(name, blob);
}
