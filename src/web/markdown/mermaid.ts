/**
 * Diagrams in Markdown (```mermaid). One hidden frame for the page draws them to SVG, one after the other; the page
 * shows each as an image, where nothing of it runs and no link of it works. Fetched when the first diagram is there.
 */
import { linkFrame } from "../outputs/frame/frame-link.ts";
import type { FromFrame, Look } from "../outputs/frame/protocol.ts";
import { pageLook } from "../outputs/frame/use-look.ts";
import { svgAddress } from "../outputs/svg-address.ts";
import { themeStore } from "../theme/theme.ts";

type Drawing = Extract<FromFrame, { type: "drawing" }>;

/** Longer ones are shown as text. */
const MAX_SOURCE = 50_000;
const TIMEOUT_MS = 30_000;
/** Drawn ones are kept for when their cell is drawn again. */
const MAX_KEPT = 200;

interface Workshop {
  draw(source: string, look: Look): Promise<Drawing>;
}

let workshop: Workshop | null = null;
const drawn = new Map<string, Promise<Drawing>>();

/** Puts diagrams in the place of their sources, and again in another theme. @returns the end of that. */
export function drawDiagrams(root: HTMLElement): () => void {
  const places = [...root.querySelectorAll<HTMLElement>("code.language-mermaid")].map(
    (code) => code.closest("pre") ?? code,
  );
  let isWanted = true;
  const draw = (): void => {
    for (const place of places) {
      void drawInto(place, () => isWanted);
    }
  };
  draw();
  const stop = themeStore.subscribe(draw);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", draw);
  return () => {
    isWanted = false;
    stop();
    dark.removeEventListener("change", draw);
  };
}

async function drawInto(place: HTMLElement, isWanted: () => boolean): Promise<void> {
  const source = place.textContent ?? "";
  if (source.length > MAX_SOURCE) return;
  const { svg, message } = await kept(source, pageLook()).catch((error: unknown) => ({
    svg: null,
    message: String(error),
  }));
  if (!isWanted()) return;
  place.nextElementSibling?.matches("[data-diagram]") && place.nextElementSibling.remove();
  const shown = svg === null ? failureOf(message ?? "") : imageOf(svg, source);
  shown.dataset.diagram = "";
  place.hidden = svg !== null;
  place.after(shown);
}

function kept(source: string, look: Look): Promise<Drawing> {
  const key = `${look.isDark} ${source}`;
  const known = drawn.get(key);
  if (known) return known;
  workshop ??= openWorkshop();
  const drawing = workshop.draw(source, look);
  drawn.set(key, drawing);
  drawing.catch(() => drawn.delete(key));
  const [oldest] = drawn.keys();
  if (drawn.size > MAX_KEPT && oldest !== undefined) drawn.delete(oldest);
  return drawing;
}

function imageOf(svg: string, source: string): HTMLElement {
  const image = document.createElement("img");
  const [, , width = 0, height = 0] = (/viewBox="([^"]+)"/.exec(svg)?.[1] ?? "").split(/[\s,]+/).map(Number);
  if (width > 0 && height > 0 && width < 20_000 && height < 20_000) {
    image.width = Math.ceil(width);
    image.height = Math.ceil(height);
  }
  image.src = svgAddress(svg);
  // Who does not see it reads what it is made of.
  image.alt = `Diagram: ${source.trim().slice(0, 2_000)}`;
  return image;
}

function failureOf(message: string): HTMLElement {
  const note = document.createElement("p");
  note.className = "missing-image";
  note.textContent = `This diagram cannot be drawn: ${message.split("\n")[0]}`;
  return note;
}

function openWorkshop(): Workshop {
  const frame = document.createElement("iframe");
  frame.title = "Diagrams";
  frame.setAttribute("sandbox", "allow-scripts");
  frame.setAttribute("aria-hidden", "true");
  frame.tabIndex = -1;
  // Of a size, for texts are measured in it; out of sight and of reach.
  Object.assign(frame.style, {
    position: "fixed",
    left: "-10000px",
    width: "1200px",
    height: "800px",
    visibility: "hidden",
    border: "0",
  });
  document.body.append(frame);
  const waiting = new Map<string, (drawing: Drawing) => void>();
  const lose = (message: string): void => {
    for (const [id, settle] of waiting) settle({ type: "drawing", id, svg: null, message });
    waiting.clear();
    link.close();
    frame.remove();
    workshop = null;
  };
  const link = linkFrame({
    frame,
    load: () => import("frame:mermaid").then(({ code }) => code),
    onMessage: (message) => {
      if (message.type === "drawing") waiting.get(message.id)?.(message);
    },
    onLost: () => lose("what draws diagrams could not be loaded"),
  });
  frame.src = "/frame/data";
  let count = 0;
  return {
    draw: (source, look) =>
      new Promise<Drawing>((resolve) => {
        const id = String(++count);
        const timer = setTimeout(() => lose("it takes too long"), TIMEOUT_MS);
        waiting.set(id, (drawing) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(drawing);
        });
        link.send({ type: "look", look });
        link.send({ type: "render", payload: { id, source } });
      }),
  };
}
