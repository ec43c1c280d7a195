/**
 * Vega and Vega-Lite. Expressions run in Vega's interpreter, which has no access to the page's globals and needs no
 * `eval`; the loader refuses every address but an image in the chart itself.
 */
import { type Loader, type LoggerInterface, parse, type Spec, type Config as VegaConfig, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { type Config, compile, type TopLevelSpec } from "vega-lite";
import { Handler } from "vega-tooltip";
import * as z from "zod/mini";
import type { Look } from "../protocol.ts";
import { type FrameRenderer, runFrame } from "./frame.ts";
import { withinSize } from "./within-size.ts";

const payloadSchema = z.object({
  grammar: z.enum(["vega", "vega-lite"]),
  spec: z.record(z.string(), z.unknown()),
});

export function start(port: MessagePort): void {
  runFrame(port, () => new VegaRenderer());
}

class VegaRenderer implements FrameRenderer {
  private view: View | null = null;
  private drawn: { readonly root: HTMLElement; readonly payload: unknown } | null = null;
  private asDark: boolean | null = null;

  async render(root: HTMLElement, payload: unknown, look: Look): Promise<void> {
    const { grammar, spec: given } = payloadSchema.parse(payload);
    const spec = withinSize(given);
    this.drawn = { root, payload };
    this.asDark = look.isDark;
    const config = configOf(look);
    const isLite = grammar === "vega-lite";
    const vega = isLite
      ? compile(spec as unknown as TopLevelSpec, { config: config as Config, logger: SILENT }).spec
      : (spec as unknown as Spec);
    const runtime = parse(vega, isLite ? undefined : (config as VegaConfig), { ast: true });
    const place = document.createElement("div");
    place.className = "chart";
    const tooltip = new Handler({ theme: look.isDark ? "dark" : "light" });
    const options = {
      expr: expressionInterpreter,
      loader: REFUSING,
      logger: SILENT,
      renderer: "svg" as const,
      tooltip: tooltip.call,
    };
    const view = new View(runtime, options);
    view.initialize(place);
    await view.runAsync();
    this.view?.finalize();
    this.view = view;
    root.replaceChildren(place);
    // A width of the container is known only now.
    await view.resize().runAsync();
  }

  async look(look: Look): Promise<void> {
    if (this.drawn && this.asDark !== look.isDark)
      await this.render(this.drawn.root, this.drawn.payload, look);
  }

  async export(format: "png" | "svg"): Promise<{ bytes: ArrayBuffer; mime: string }> {
    if (!this.view) throw new Error("Nothing is drawn yet.");
    if (format === "svg") {
      const bytes = new TextEncoder().encode(await this.view.toSVG()).buffer;
      return { bytes, mime: "image/svg+xml" };
    }
    const canvas = await this.view.toCanvas(2);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("The chart is too big for an image.");
    return { bytes: await blob.arrayBuffer(), mime: "image/png" };
  }
}

const refuse = (): Promise<never> =>
  Promise.reject(new Error("Charts may not fetch data from elsewhere; put it into the chart itself."));

const REFUSING: Loader = {
  options: {},
  load: refuse,
  http: refuse,
  file: refuse,
  fileAccess: false,
  sanitize: async (address: string) => {
    if (/^data:image\/(?:png|jpe?g|gif|webp);/i.test(address)) return { href: address };
    return refuse();
  },
} as unknown as Loader;

/** Warnings go nowhere: a notebook's charts would fill the console with them. */
const SILENT: LoggerInterface = {
  level: (() => SILENT) as LoggerInterface["level"],
  error: () => SILENT,
  warn: () => SILENT,
  info: () => SILENT,
  debug: () => SILENT,
};

function configOf({ isDark, tokens }: Look): object {
  const { ink = "#000", "ink-2": ink2 = "#555", line = "#ddd", sans = "sans-serif" } = tokens;
  return {
    background: "transparent",
    font: sans,
    axis: {
      labelColor: ink2,
      titleColor: ink,
      gridColor: line,
      domainColor: ink2,
      tickColor: ink2,
      titleFontWeight: 600,
    },
    legend: { labelColor: ink2, titleColor: ink, titleFontWeight: 600 },
    header: { labelColor: ink2, titleColor: ink },
    title: { color: ink, subtitleColor: ink2 },
    view: { stroke: line },
    ...(isDark && { mark: { color: "#6f9bff" }, text: { color: ink }, rule: { color: ink2 } }),
  };
}
