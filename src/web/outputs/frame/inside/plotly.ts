/** Plotly. It sanitises the little HTML that its texts may hold; addresses of services are taken out of the config. */
import Plotly from "plotly.js-dist-min";
import * as z from "zod/mini";
import type { Look } from "../protocol.ts";
import { type FrameRenderer, runFrame } from "./frame.ts";
import { layoutInLook } from "./plotly-look.ts";
import { withinSize } from "./within-size.ts";

const figureSchema = z.object({
  data: z.array(z.unknown()),
  layout: z.optional(z.record(z.string(), z.unknown())),
  config: z.optional(z.record(z.string(), z.unknown())),
  frames: z.optional(z.nullable(z.array(z.unknown()))),
});

export function start(port: MessagePort): void {
  runFrame(port, () => new PlotlyRenderer());
}

class PlotlyRenderer implements FrameRenderer {
  private place: HTMLElement | null = null;
  private drawn: { readonly root: HTMLElement; readonly payload: unknown; readonly isDark: boolean } | null =
    null;
  private template: unknown;

  async render(root: HTMLElement, payload: unknown, look: Look): Promise<void> {
    const { data, layout = {}, config = {}, frames } = figureSchema.parse(payload);
    if (this.place === null) {
      this.place = document.createElement("div");
      root.replaceChildren(this.place);
    }
    this.drawn = { root, payload, isDark: look.isDark };
    const sized = { ...withinSize(layout), autosize: layout.autosize ?? layout.width === undefined };
    this.template = layout.template;
    const figure = {
      data,
      layout: layoutInLook(sized, look),
      frames: frames ?? [],
      config: {
        ...config,
        responsive: true,
        displaylogo: false,
        showLink: false,
        showSendToCloud: false,
        showEditInChartStudio: false,
        sendData: false,
        plotlyServerURL: "",
        topojsonURL: "",
        mapboxAccessToken: null,
        modeBarButtonsToRemove: ["toImage", "sendDataToCloud"],
        modeBarButtons: false,
        modeBarButtonsToAdd: [],
      },
    };
    await Plotly.react(this.place, figure);
  }

  async look(look: Look): Promise<void> {
    if (this.drawn && this.drawn.isDark !== look.isDark)
      await this.render(this.drawn.root, this.drawn.payload, look);
  }

  async export(format: "png" | "svg"): Promise<{ bytes: ArrayBuffer; mime: string }> {
    if (!this.place) throw new Error("Nothing is drawn yet.");
    const { width, height } = this.place.getBoundingClientRect();
    const options = { format, width, height, scale: format === "png" ? 2 : 1 };
    // As it is zoomed now, in its author's colours: it will be seen on other pages than this one.
    const { data, layout } = this.place as HTMLElement & { readonly data: object; readonly layout: object };
    const figure = { data, layout: { ...layout, template: this.template } };
    const address = await Plotly.toImage(figure, options);
    return {
      bytes: bytesOf(address).buffer as ArrayBuffer,
      mime: format === "png" ? "image/png" : "image/svg+xml",
    };
  }
}

/** Of a data: address; nothing can be fetched here, not even that. */
function bytesOf(address: string): Uint8Array {
  const comma = address.indexOf(",");
  const body = address.slice(comma + 1);
  if (!address.slice(0, comma).endsWith(";base64")) return new TextEncoder().encode(decodeURIComponent(body));
  return Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
}
