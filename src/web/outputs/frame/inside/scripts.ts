/**
 * A trusted output with scripts of its own: markup whose scripts run, or a script beside markup. What earlier outputs
 * brought for it (a library, a place to draw into) runs before, in order.
 */
import * as z from "zod/mini";
import { type FrameRenderer, runFrame, type Say } from "./frame.ts";

const partSchema = z.object({ kind: z.enum(["html", "script"]), text: z.string() });
const payloadSchema = z.object({ parts: z.array(partSchema) });

export function start(port: MessagePort): void {
  runFrame(port, (say) => new ScriptsRenderer(say));
}

class ScriptsRenderer implements FrameRenderer {
  private readonly say: Say;
  private isUsed = false;

  constructor(say: Say) {
    this.say = say;
    this.listen();
  }

  async render(root: HTMLElement, payload: unknown): Promise<void> {
    const { parts } = payloadSchema.parse(payload);
    // What ran cannot be taken back: the page gives another output another frame.
    if (this.isUsed) throw new Error("This output ran already.");
    this.isUsed = true;
    for (const { kind, text } of parts) {
      const place = document.createElement("div");
      root.append(place);
      if (kind === "html") await putMarkup(place, text);
      else await runScript(place, text);
    }
  }

  private listen(): void {
    const { say } = this;
    addEventListener("error", ({ message }) => {
      if (message) say({ type: "failed", message: message.slice(0, 2_000) });
    });
    addEventListener("unhandledrejection", ({ reason }) =>
      say({
        type: "failed",
        message: String(reason instanceof Error ? reason.message : reason).slice(0, 2_000),
      }),
    );
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented) return;
      if (link.hash !== "" && link.getAttribute("href")?.startsWith("#")) return;
      event.preventDefault();
      if (link.hasAttribute("download")) return void offer(link, say);
      say({ type: "link", address: link.href.slice(0, 4_000) });
    });
  }
}

/** Scripts in markup that is put in do not run by themselves; each runs in its place, after those before it. */
async function putMarkup(place: HTMLElement, html: string): Promise<void> {
  place.innerHTML = html;
  for (const inert of place.querySelectorAll("script")) {
    const live = document.createElement("script");
    for (const { name, value } of inert.attributes) live.setAttribute(name, value);
    live.textContent = inert.textContent;
    const isLoaded =
      live.src === "" && live.type !== "module"
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            live.addEventListener("load", () => resolve());
            live.addEventListener("error", () => resolve());
          });
    inert.replaceWith(live);
    await isLoaded;
  }
}

/** As Jupyter runs it: `element` is where it may draw. */
async function runScript(place: HTMLElement, code: string): Promise<void> {
  const run = new Function("element", code);
  await run.call(globalThis, place);
}

async function offer(link: HTMLAnchorElement, say: Say): Promise<void> {
  const body = /^data:([^,;]*)[^,]*,/.exec(link.href);
  if (body === null) return;
  const text = link.href.slice(body[0].length);
  const bytes = body[0].includes(";base64")
    ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    : new TextEncoder().encode(decodeURIComponent(text));
  const name = (link.getAttribute("download") || "output").slice(0, 200);
  say({ type: "file", name, mime: (body[1] ?? "").slice(0, 100), bytes: bytes.buffer as ArrayBuffer });
}
