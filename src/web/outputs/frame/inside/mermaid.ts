/** Draws Mermaid's diagrams to SVG, which the page shows as images: nothing of them can run or lead anywhere there. */
import mermaid from "mermaid";
import * as z from "zod/mini";
import type { Look } from "../protocol.ts";
import { type FrameRenderer, runFrame, type Say, textOf } from "./frame.ts";

const payloadSchema = z.object({ id: z.string(), source: z.string() });
/** A longer text is no diagram. */
const MAX_SOURCE = 50_000;

export function start(port: MessagePort): void {
  runFrame(port, (say) => new MermaidRenderer(say));
}

class MermaidRenderer implements FrameRenderer {
  private readonly say: Say;
  private count = 0;

  constructor(say: Say) {
    this.say = say;
  }

  async render(_root: HTMLElement, payload: unknown, { isDark, tokens }: Look): Promise<void> {
    const { id, source } = payloadSchema.parse(payload);
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: "strict",
      suppressErrorRendering: true,
      maxTextSize: MAX_SOURCE,
      theme: isDark ? "dark" : "neutral",
      htmlLabels: false,
      flowchart: { htmlLabels: false },
      // A line ends beside its words, it does not strike them out.
      themeCSS: `.edgeLabel rect, .edgeLabel .background { opacity: 1; fill: ${tokens.paper ?? "none"}; }`,
      // A diagram's own settings may not change these.
      secure: [
        "secure",
        "securityLevel",
        "startOnLoad",
        "maxTextSize",
        "htmlLabels",
        "flowchart",
        "themeCSS",
      ],
      fontFamily: tokens.sans ?? "sans-serif",
    });
    try {
      const { svg } = await mermaid.render(`diagram-${++this.count}`, source);
      this.say({ type: "drawing", id, svg, message: null });
    } catch (error) {
      this.say({ type: "drawing", id, svg: null, message: textOf(error) });
    }
  }
}
