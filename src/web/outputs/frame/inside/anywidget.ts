/**
 * A widget of anywidget's kind: a module of the notebook's own (`_esm`) that draws it, and a model that is the page's.
 * What the module sets goes to the page, which passes it to the kernel; what comes from there is told to it. Source of
 * the interface: anywidget's front-end module (AFM), https://anywidget.dev/en/afm.
 */
import * as z from "zod/mini";
import { type FrameRenderer, runFrame, type Say, textOf } from "./frame.ts";

const payloadSchema = z.object({
  esm: z.string(),
  css: z.string(),
  state: z.record(z.string(), z.unknown()),
});
const wordSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("state"), state: z.record(z.string(), z.unknown()) }),
  z.object({ type: z.literal("custom"), content: z.unknown(), buffers: z.array(z.unknown()) }),
]);

type Listener = (...args: unknown[]) => void;
type Hook = (context: object) => unknown;
interface Widget {
  readonly initialize?: Hook;
  readonly render?: Hook;
}

export function start(port: MessagePort): void {
  runFrame(port, (say) => new AnyWidget(say));
}

class AnyWidget implements FrameRenderer {
  private readonly say: Say;
  private model: Model | null = null;

  constructor(say: Say) {
    this.say = say;
    addEventListener("unhandledrejection", ({ reason }) => say({ type: "failed", message: textOf(reason) }));
    addEventListener("error", ({ message }) => say({ type: "failed", message: message.slice(0, 2_000) }));
  }

  async render(root: HTMLElement, payload: unknown): Promise<void> {
    // What ran cannot be taken back: the page gives another module another frame.
    if (this.model) return;
    const { esm, css, state } = payloadSchema.parse(payload);
    const model = new Model(this.say, state);
    this.model = model;
    const style = document.createElement("style");
    style.textContent = css;
    document.head.append(style);
    const address = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    const module = (await import(/* @vite-ignore */ address)) as { default?: unknown; render?: Hook };
    URL.revokeObjectURL(address);
    const made: unknown = typeof module.default === "function" ? await module.default() : module.default;
    const widget = (made ?? { render: module.render }) as Widget;
    const context = {
      model,
      signal: new AbortController().signal,
      experimental: { invoke: (name: string, message: unknown) => model.invoke(name, message) },
    };
    await widget.initialize?.(context);
    const el = document.createElement("div");
    el.className = "anywidget";
    root.replaceChildren(el);
    await widget.render?.({ ...context, el });
  }

  hear(word: unknown): void {
    const parsed = wordSchema.safeParse(word);
    if (!parsed.success || !this.model) return;
    if (parsed.data.type === "state") this.model.receive(parsed.data.state);
    else this.model.emit("msg:custom", parsed.data.content, parsed.data.buffers);
  }
}

/** As the module sees it. */
class Model {
  private readonly say: Say;
  private readonly state: Record<string, unknown>;
  private readonly listeners = new Map<string, Set<Listener>>();
  private changed: Record<string, unknown> = {};
  readonly widget_manager = {
    get_model: (): Promise<never> =>
      Promise.reject(
        new Error("Other widgets cannot be reached from here: this one is in a frame of its own."),
      ),
  };

  constructor(say: Say, state: Record<string, unknown>) {
    this.say = say;
    this.state = state;
  }

  get(name: string): unknown {
    return this.state[name];
  }

  set(name: string, value: unknown): void {
    this.changed[name] = value;
    this.put({ [name]: value });
  }

  save_changes(): void {
    const { changed } = this;
    this.changed = {};
    this.say({ type: "word", word: { type: "save", changed } });
  }

  send(content: unknown, _callbacks?: unknown, buffers: readonly unknown[] = []): void {
    this.say({ type: "word", word: { type: "send", content, buffers } });
  }

  on(names: string, listener: Listener): void {
    for (const name of names.split(/\s+/)) {
      this.listeners.set(name, (this.listeners.get(name) ?? new Set()).add(listener));
    }
  }

  off(name?: string | null, listener?: Listener | null): void {
    for (const [each, listeners] of this.listeners) {
      if (name && !name.split(/\s+/).includes(each)) continue;
      if (listener) listeners.delete(listener);
      else listeners.clear();
    }
  }

  receive(state: Record<string, unknown>): void {
    this.put(state);
  }

  emit(name: string, ...args: unknown[]): void {
    for (const listener of [...(this.listeners.get(name) ?? [])]) {
      try {
        listener(...args);
      } catch (error) {
        this.say({ type: "failed", message: textOf(error) });
      }
    }
  }

  /** A function of the widget's Python half. */
  invoke(name: string, msg: unknown): Promise<[unknown, unknown]> {
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      const answer: Listener = (content, buffers) => {
        const {
          id: of,
          kind,
          response,
        } = (content ?? {}) as { id?: string; kind?: string; response?: unknown };
        if (of !== id || kind !== "anywidget-command-response") return;
        this.off("msg:custom", answer);
        resolve([response, buffers]);
      };
      this.on("msg:custom", answer);
      this.send({ id, kind: "anywidget-command", name, msg });
    });
  }

  private put(values: Record<string, unknown>): void {
    const names = Object.keys(values).filter((name) => !Object.is(this.state[name], values[name]));
    for (const name of names) this.state[name] = values[name];
    for (const name of names) this.emit(`change:${name}`, this, values[name]);
    if (names.length > 0) this.emit("change", this);
  }
}
