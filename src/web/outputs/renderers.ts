/**
 * Renderers of output forms beyond text and images. To add one: an entry in `RENDERERS`, richest first, whose view is a
 * chunk of its own (`lazyView`), fetched when the first such output is drawn. What a renderer cannot show, it leaves to
 * the output's other forms by drawing `fallback`.
 */
import { type ComponentType, lazy, type ReactNode } from "react";
import { activePart } from "../../document/active-output.ts";
import type { JsonObject, JsonValue, MimeBundle } from "../../nbformat/notebook.ts";
import { isAltairHtml } from "./frame/altair-html.ts";
import { textOf } from "./mime.ts";
import { frameHeight, isFrameHtml } from "./tables/frame-html.ts";

export interface RendererProps {
  readonly mime: string;
  /** The form itself: `data[mime]`. */
  readonly value: JsonValue;
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
  /** The output as it is drawn where there is no renderer for it. */
  readonly fallback: ReactNode;
}

export interface OutputRenderer {
  readonly name: string;
  readonly mime: RegExp;
  /** Whether it takes this one, where the MIME type alone does not say. Called at each drawing: cheap and pure. */
  readonly takes?: (value: JsonValue, data: MimeBundle) => boolean;
  /** Pixels of its place before its chunk has come, so that nothing below moves then. */
  readonly height?: (value: JsonValue) => number;
  readonly View: ComponentType<RendererProps>;
}

/** A view that is fetched when it is drawn for the first time. */
export function lazyView(load: () => Promise<ComponentType<RendererProps>>): ComponentType<RendererProps> {
  return lazy(async () => ({ default: await load() }));
}

export const RENDERERS: readonly OutputRenderer[] = [
  {
    name: "chart of a run",
    mime: /^application\/vnd\.loopbook\.chart\.v1\+json$/,
    height: () => 356,
    View: lazyView(() => import("../telemetry/chart-output.tsx").then((module) => module.ChartOutput)),
  },
  {
    name: "summary of a run",
    mime: /^application\/vnd\.loopbook\.summary\.v1\+json$/,
    View: lazyView(() => import("../telemetry/summary-output.tsx").then((module) => module.SummaryOutput)),
  },
  {
    name: "log of a run",
    mime: /^application\/vnd\.loopbook\.logs\.v1\+json$/,
    height: () => 290,
    View: lazyView(() => import("../telemetry/logs-output.tsx").then((module) => module.LogsOutput)),
  },
  {
    name: "question",
    mime: /^application\/vnd\.loopbook\.question\.v1\+json$/,
    View: lazyView(() => import("../questions/question-output.tsx").then((module) => module.QuestionOutput)),
  },
  {
    name: "widgets",
    mime: /^application\/vnd\.jupyter\.widget-view\+json$/,
    View: lazyView(() => import("./widgets/widget-view.tsx").then((module) => module.WidgetOutput)),
  },
  {
    name: "vega",
    mime: /^application\/vnd\.vega(?:lite)?\.v\d+(?:\.\d+)*\+json$/,
    View: lazyView(() => import("./frame/vega-output.tsx").then((module) => module.VegaOutput)),
  },
  {
    name: "plotly",
    mime: /^application\/vnd\.plotly\.v1\+json$/,
    View: lazyView(() => import("./frame/plotly-output.tsx").then((module) => module.PlotlyOutput)),
  },
  {
    name: "geojson",
    mime: /^application\/(?:vnd\.)?geo\+json$/,
    View: lazyView(() => import("./geo/geo-output.tsx").then((module) => module.GeoOutput)),
  },
  {
    name: "altair",
    mime: /^text\/html$/,
    takes: (value) => isAltairHtml(textOf(value)),
    View: lazyView(() => import("./frame/altair-output.tsx").then((module) => module.AltairOutput)),
  },
  {
    name: "library",
    mime: /^application\/vnd\.(?:bokehjs|holoviews)_load\.v\d+\+json$/,
    View: lazyView(() => import("./frame/library-output.tsx").then((module) => module.LibraryOutput)),
  },
  {
    name: "library notice",
    mime: /^text\/html$/,
    takes: (value) => textOf(value).slice(0, 200).includes(".bk-notebook-logo {"),
    View: lazyView(() => import("./frame/library-output.tsx").then((module) => module.LibraryNotice)),
  },
  {
    name: "scripts",
    mime: /^(?:text\/html|(?:application|text)\/javascript)$/,
    takes: (_, data) => activePart({ output_type: "display_data", data, metadata: {} }) !== null,
    View: lazyView(() => import("./frame/script-output.tsx").then((module) => module.ScriptOutput)),
  },
  {
    name: "pdf",
    mime: /^application\/pdf$/,
    height: () => 602,
    View: lazyView(() => import("./pdf/pdf-output.tsx").then((module) => module.PdfOutput)),
  },
  {
    name: "media",
    mime: /^(?:audio|video)\/[\w.+-]+$/,
    View: lazyView(() => import("./media/media-output.tsx").then((module) => module.MediaOutput)),
  },
  {
    name: "table",
    mime: /^text\/html$/,
    takes: (value) => isFrameHtml(textOf(value)),
    height: (value) => frameHeight(textOf(value)),
    View: lazyView(() => import("./tables/frame-table-view.tsx").then((module) => module.FrameTableView)),
  },
];

export interface ChosenRenderer {
  readonly renderer: OutputRenderer;
  readonly mime: string;
}

/** The first renderer that takes a form of this output; null: none does. */
export function rendererOf(
  data: MimeBundle,
  renderers: readonly OutputRenderer[] = RENDERERS,
): ChosenRenderer | null {
  const mimes = Object.keys(data);
  for (const renderer of renderers) {
    const mime = mimes.find(
      (name) => renderer.mime.test(name) && (renderer.takes?.(data[name] ?? null, data) ?? true),
    );
    if (mime !== undefined) return { renderer, mime };
  }
  return null;
}

/** Whether a renderer may take an output of which only the forms' names are known. */
export function mayHaveRenderer(forms: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(forms).some((mime) => RENDERERS.some((renderer) => renderer.mime.test(mime)));
}
