/** The inner end of a frame: hears the page, draws by its renderer, tells size, errors and what was refused. */
import { type FromFrame, type Look, toFrameSchema } from "../protocol.ts";

export interface FrameRenderer {
  /** Draws into `root`, in the place of what it drew before. */
  render(root: HTMLElement, payload: unknown, look: Look): Promise<void> | void;
  /** The page's colours changed; absent: what is drawn keeps its own. */
  look?(look: Look): Promise<void> | void;
  /** The page says something to it. */
  hear?(word: unknown): void;
  export?(format: "png" | "svg"): Promise<{ readonly bytes: ArrayBuffer; readonly mime: string }>;
}

export type Say = (message: FromFrame) => void;

/** Begins to listen. @param port this end of the page's channel. */
export function runFrame(port: MessagePort, create: (say: Say) => FrameRenderer): void {
  const root = document.createElement("div");
  root.id = "output";
  document.body.append(root);
  const say: Say = (message) =>
    port.postMessage(message, message.type === "file" ? [message.bytes] : ([] as Transferable[]));
  const renderer = create(say);
  let look: Look = { isDark: false, tokens: {} };
  // One after the other: a drawing that is asked for while another goes on must end later.
  let work: Promise<void> = Promise.resolve();
  const next = (does: () => Promise<void> | void): void => {
    work = work.then(does).catch((error: unknown) => say({ type: "failed", message: textOf(error) }));
  };
  port.onmessage = ({ data }) => {
    const parsed = toFrameSchema.safeParse(data);
    if (!parsed.success) return;
    const message = parsed.data;
    switch (message.type) {
      case "render":
        return next(async () => {
          await renderer.render(root, message.payload, look);
          say({ type: "drawn" });
        });
      case "word":
        return next(() => renderer.hear?.(message.word));
      case "look":
        look = message.look;
        wear(look);
        return next(() => renderer.look?.(look));
      case "export":
        return next(async () => {
          const made = await renderer.export?.(message.format);
          if (made) say({ type: "file", name: `chart.${message.format}`, ...made });
        });
    }
  };
  tellSize(root, say);
  tellRefusals(say);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) say({ type: "leave" });
  });
}

function wear({ isDark, tokens }: Look): void {
  const { style } = document.documentElement;
  style.colorScheme = isDark ? "dark" : "light";
  for (const [name, value] of Object.entries(tokens)) style.setProperty(`--${name}`, value);
}

function tellSize(root: HTMLElement, say: Say): void {
  let told = -1;
  const tell = (): void => {
    const height = Math.ceil(Math.max(root.getBoundingClientRect().height, document.body.scrollHeight));
    if (height === told) return;
    told = height;
    say({ type: "size", height });
  };
  const observer = new ResizeObserver(tell);
  observer.observe(root);
  observer.observe(document.body);
}

/** What the frame's policy refused, by host and once each. */
function tellRefusals(say: Say): void {
  const told = new Set<string>();
  document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
    if (!/^(?:https?|wss?):/.test(blockedURI) || !URL.canParse(blockedURI)) return;
    const { host } = new URL(blockedURI);
    if (told.has(host) || told.size >= 10) return;
    told.add(host);
    say({ type: "blocked", host: host.slice(0, 300) });
  });
}

export function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
}
