import type uPlot from "uplot";
import type { SeriesView } from "../../telemetry/telemetry-store.ts";

/** `×` at the lower edge: not a number; triangles at the edges: infinities. As many as have room. */
export function drawNotFinite(plot: uPlot, notFinite: SeriesView["notFinite"], colour: string): void {
  const { ctx, bbox } = plot;
  const unit = window.devicePixelRatio;
  const seen = new Set<string>();
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = 1.5 * unit;
  for (const { x, value } of notFinite) {
    const at = Math.round(plot.valToPos(x, "x", true) / (8 * unit)) * 8 * unit;
    if (at < bbox.left || at > bbox.left + bbox.width || seen.has(`${at} ${value}`)) continue;
    seen.add(`${at} ${value}`);
    const low = bbox.top + bbox.height - 3 * unit;
    ctx.beginPath();
    if (value === "NaN") {
      ctx.moveTo(at - 3 * unit, low - 6 * unit);
      ctx.lineTo(at + 3 * unit, low);
      ctx.moveTo(at + 3 * unit, low - 6 * unit);
      ctx.lineTo(at - 3 * unit, low);
      ctx.stroke();
    } else {
      const tip = value === "Infinity" ? bbox.top + unit : low;
      const base = value === "Infinity" ? tip + 7 * unit : tip - 7 * unit;
      ctx.moveTo(at - 4 * unit, base);
      ctx.lineTo(at + 4 * unit, base);
      ctx.lineTo(at, tip);
      ctx.fill();
    }
  }
  ctx.restore();
}
