/**
 * Outputs of a run's own cells, as the notebook keeps them: the face for pages that can draw it live, and beside it the
 * forms that every other program shows. Pure.
 */
import type { MimeBundle } from "../../nbformat/notebook.ts";
import {
  CHART_MIME,
  type ChartFace,
  LOGS_MIME,
  type LogsFace,
  SUMMARY_MIME,
  type SummaryFace,
} from "../faces.ts";
import type { SeriesView } from "../telemetry-store.ts";
import { chartSvg } from "./chart-svg.ts";
import { chartText } from "./chart-text.ts";
import { logsHtml } from "./logs-html.ts";
import { type LogExcerpt, logsText } from "./logs-text.ts";
import { summaryHtml } from "./summary-html.ts";
import { summaryText } from "./summary-text.ts";

export function summaryBundle(face: SummaryFace): MimeBundle {
  return { [SUMMARY_MIME]: json(face), "text/html": summaryHtml(face), "text/plain": summaryText(face) };
}

/** `views` in the order of `face.series`, 300 points each are enough; those that do not exist are left out. */
export function chartBundle(face: ChartFace, views: readonly SeriesView[]): MimeBundle {
  return {
    [CHART_MIME]: json(face),
    "image/svg+xml": chartSvg(face, views),
    "text/plain": chartText(face, views),
  };
}

export function logsBundle(face: LogsFace, excerpt: LogExcerpt): MimeBundle {
  return {
    [LOGS_MIME]: json(face),
    "text/html": logsHtml(face, excerpt),
    "text/plain": logsText(face, excerpt),
  };
}

/** Faces are JSON; an interface has no index signature, which is all that the types differ in. */
function json(face: SummaryFace | ChartFace | LogsFace): MimeBundle[string] {
  return { ...face } as unknown as MimeBundle[string];
}
