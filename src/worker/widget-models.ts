/**
 * The models of widgets as their comms tell them: for pages that come, and for the file. What was heard of a model is
 * merged; each change has a number, so that whoever missed some is given those models anew. Pure.
 */
import { OutputFold } from "../document/output-fold.ts";
import type { DisplayIndex } from "../document/output-fold-displays.ts";
import type { CommMessage } from "../kernel/kernel.ts";
import type { Output } from "../nbformat/notebook.ts";
import type { WidgetBuffer, WidgetModelState } from "../usecases/notebook-widgets.ts";
import { CellId } from "../util/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";

/** Models beyond this many are forgotten, oldest first. */
const MAX_MODELS = 20_000;
/** What all models hold together, roughly, in bytes; beyond it the oldest are forgotten. */
const MAX_BYTES = 128 * 1024 ** 2;
/** Of one Output widget; what is more is cut, and says so. */
const MAX_CAPTURED = { maxStreamLength: 1_000_000, maxOutputs: 2_000 };
/** Closed models that are remembered, for pages that were away. */
const MAX_CLOSED = 5_000;

export interface Model {
  readonly state: JsonObject;
  /** By path, in JSON. */
  readonly buffers: Map<string, WidgetBuffer>;
  /** For Output widgets: what was captured. */
  readonly area: OutputFold | null;
  version: number;
  bytes: number;
}

export class WidgetModels {
  private readonly displays: DisplayIndex;
  private readonly models = new Map<string, Model>();
  private readonly closed = new Map<string, number>();
  private bytes = 0;
  private count = 0;

  constructor(displays: DisplayIndex) {
    this.displays = displays;
  }

  /** Goes up with each change. */
  get version(): number {
    return this.count;
  }

  get(commId: string): Model | undefined {
    return this.models.get(commId);
  }

  entries(): IterableIterator<[string, Model]> {
    return this.models.entries();
  }

  wasClosed(commId: string): boolean {
    return this.closed.has(commId);
  }

  /** What changed after this version, oldest model first, for models name others that were made before them. */
  *since(version: number): Generator<WidgetModelState> {
    for (const [commId, model] of this.models) if (model.version > version) yield stateOf(commId, model);
  }

  closedSince(version: number): readonly string[] {
    return [...this.closed].filter(([, at]) => at > version).map(([commId]) => commId);
  }

  /** @returns the model; null: the message is about none. */
  apply(message: CommMessage): Model | null {
    if (message.type === "comm_close") {
      this.close(message.commId);
      return null;
    }
    const { state, method } = message.data;
    if (!isJsonObject(state)) return null;
    const known = this.models.get(message.commId);
    if (!known && message.type === "comm_open" && !isWidget(message)) return null;
    const model = known ?? this.open(message, state);
    const isEcho = method === "echo_update";
    for (const [key, value] of Object.entries(state)) {
      // What we captured is ours to say; the kernel's echo of it may be older.
      if (model.area === null || key !== "outputs") this.set(model, key, value);
      else if (!isEcho && message.type === "comm_msg") model.area.reset(outputsIn(value));
    }
    this.keepBuffers(message, model);
    this.changed(model);
    this.fit(message.commId);
    return model;
  }

  changed(model: Model): void {
    model.version = ++this.count;
  }

  clear(): void {
    this.models.clear();
    this.closed.clear();
    this.bytes = 0;
  }

  private close(commId: string): void {
    if (!this.models.has(commId)) return;
    this.forget(commId);
    this.closed.set(commId, ++this.count);
    if (this.closed.size > MAX_CLOSED) this.closed.delete(this.closed.keys().next().value ?? "");
  }

  private forget(commId: string): void {
    this.bytes -= this.models.get(commId)?.bytes ?? 0;
    this.models.delete(commId);
  }

  private open(message: CommMessage, state: JsonObject): Model {
    const isOutput =
      message.type === "comm_open" &&
      state._model_module === "@jupyter-widgets/output" &&
      state._model_name === "OutputModel";
    const area = isOutput
      ? new OutputFold({ cellId: CellId.of(message.commId), displays: this.displays, ...MAX_CAPTURED })
      : null;
    area?.reset(outputsIn(state.outputs));
    const model: Model = { state: {}, buffers: new Map(), area, version: 0, bytes: 0 };
    this.models.set(message.commId, model);
    return model;
  }

  private set(model: Model, key: string, value: JsonValue): void {
    this.grow(model, roughSize(value) - roughSize(model.state[key] ?? null));
    // A key of somebody else's choice: never an object's prototype.
    Object.defineProperty(model.state, key, { value, writable: true, enumerable: true, configurable: true });
    this.dropBuffers(model, key);
  }

  private keepBuffers(message: CommMessage, model: Model): void {
    const paths = message.data.buffer_paths;
    if (!Array.isArray(paths)) return;
    for (const path of paths) if (Array.isArray(path)) this.dropBuffers(model, path[0]);
    for (const [index, path] of paths.entries()) {
      const data = message.buffers[index];
      if (!data || !Array.isArray(path)) continue;
      this.grow(model, data.byteLength);
      model.buffers.set(JSON.stringify(path), { path, data });
    }
  }

  /** A new value of an attribute brings the binary parts that it has. */
  private dropBuffers(model: Model, key: JsonValue | undefined): void {
    for (const [id, { path, data }] of model.buffers) {
      if (path[0] !== key) continue;
      model.buffers.delete(id);
      this.grow(model, -data.byteLength);
    }
  }

  private grow(model: Model, bytes: number): void {
    model.bytes += bytes;
    this.bytes += bytes;
  }

  private fit(newest: string): void {
    for (const commId of this.models.keys()) {
      if (this.models.size <= MAX_MODELS && this.bytes <= MAX_BYTES) return;
      if (commId !== newest) this.forget(commId);
    }
  }
}

export function stateOf(commId: string, model: Model): WidgetModelState {
  const { state, area, buffers } = model;
  const outputs = area && { outputs: area.outputs() as unknown as JsonValue };
  return { commId, state: { ...state, ...outputs }, buffers: [...buffers.values()] };
}

function isWidget({ targetName }: CommMessage): boolean {
  return targetName === "jupyter.widget";
}

/** A kernel sends its Output widget's outputs as a list in nbformat's form. */
function outputsIn(value: JsonValue | undefined): Output[] {
  if (!Array.isArray(value)) return [];
  return value.filter((output) => isJsonObject(output) && "output_type" in output) as unknown as Output[];
}

function roughSize(value: JsonValue): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let size = 16;
  for (const part of Array.isArray(value) ? value : Object.values(value)) size += roughSize(part) + 8;
  return size;
}
