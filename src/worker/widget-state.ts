/**
 * The state of widgets (ipywidgets and friends) as their comms tell it, in the form that notebooks keep it in
 * (`metadata.widgets`, schema of `@jupyter-widgets/schema` 2.0), and outputs that an Output widget captures: nbclient
 * keeps both the same way, so that a widget is seen where no kernel runs.
 */
import { OutputFold } from "../document/output-fold.ts";
import type { DisplayIndex } from "../document/output-fold-displays.ts";
import type { CommMessage, IopubMessage } from "../kernel/kernel.ts";
import type { Output } from "../nbformat/notebook.ts";
import { CellId } from "../util/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";

/** Models beyond this many are forgotten, oldest first. */
const MAX_MODELS = 20_000;

interface Model {
  state: JsonObject;
  /** By path, in JSON: a newer buffer at a path takes the older one's place. */
  readonly buffers: Map<string, JsonObject>;
  /** For Output widgets: what was captured. */
  readonly area: OutputFold | null;
}

export interface WidgetTrackerOptions {
  readonly displays: DisplayIndex;
  /** To the kernel's half of a widget. */
  readonly send: (message: CommMessage) => void;
}

export class WidgetTracker {
  private readonly options: WidgetTrackerOptions;
  private readonly models = new Map<string, Model>();
  /** Output widgets that capture now, innermost last. */
  private capturing: string[] = [];
  private readonly unsynced = new Set<string>();
  private isChanged = false;

  constructor(options: WidgetTrackerOptions) {
    this.options = options;
  }

  onComm(message: CommMessage): void {
    const { state, method } = message.data;
    if (!isJsonObject(state)) return;
    const model = this.models.get(message.commId) ?? this.open(message, state);
    const isEcho = method === "echo_update";
    for (const [key, value] of Object.entries(state)) {
      // What we captured is ours to say; the kernel's echo of it may be older.
      if (model.area === null || key !== "outputs") model.state[key] = value;
      else if (!isEcho && message.type === "comm_msg") model.area.reset(outputsIn(value));
    }
    this.keepBuffers(message, model);
    if (model.area && message.type === "comm_msg" && typeof state.msg_id === "string") {
      this.capturing = this.capturing.filter((id) => id !== message.commId);
      if (state.msg_id !== "") this.capturing.push(message.commId);
    }
    this.isChanged = true;
  }

  /** Whether an Output widget took this output; then it is none of the cell's. */
  capture(message: IopubMessage): boolean {
    if (message.type === "execute_input" || message.type === "update_display_data") return false;
    const commId = this.capturing.at(-1);
    const area = commId === undefined ? null : this.models.get(commId)?.area;
    if (commId === undefined || !area) return false;
    area.add(message);
    this.unsynced.add(commId);
    this.isChanged = true;
    return true;
  }

  /** Tells the kernel what its Output widgets captured. Before the next request, so that its code finds it there. */
  sync(): void {
    for (const commId of this.unsynced) {
      const area = this.models.get(commId)?.area;
      if (!area) continue;
      const state = { outputs: area.outputs() as unknown as JsonValue };
      this.options.send({
        type: "comm_msg",
        commId,
        targetName: null,
        data: { method: "update", state, buffer_paths: [] },
        metadata: {},
        buffers: [],
      });
    }
    this.unsynced.clear();
  }

  /** An execution began: an Output widget captures only in the one that entered it. */
  stopCapturing(): void {
    this.capturing = [];
  }

  /** The kernel's half of every widget is gone. */
  reset(): void {
    this.models.clear();
    this.unsynced.clear();
    this.capturing = [];
  }

  /** What `metadata.widgets` should hold, when that changed since the last call; null otherwise. */
  takeMetadata(): JsonObject | null {
    if (!this.isChanged) return null;
    this.isChanged = false;
    const state: JsonObject = {};
    for (const [commId, model] of this.models) {
      if (!("_model_name" in model.state)) continue;
      state[commId] = savedModel(model);
    }
    if (Object.keys(state).length === 0) return null;
    return {
      "application/vnd.jupyter.widget-state+json": { state, version_major: 2, version_minor: 0 },
    };
  }

  private open(message: CommMessage, state: JsonObject): Model {
    const isOutput =
      message.type === "comm_open" &&
      state._model_module === "@jupyter-widgets/output" &&
      state._model_name === "OutputModel";
    const area = isOutput
      ? new OutputFold({ cellId: CellId.of(message.commId), displays: this.options.displays })
      : null;
    area?.reset(outputsIn(state.outputs));
    const model: Model = { state: {}, buffers: new Map(), area };
    this.models.set(message.commId, model);
    if (this.models.size > MAX_MODELS) {
      const [oldest] = this.models.keys();
      if (oldest !== undefined) this.models.delete(oldest);
    }
    return model;
  }

  private keepBuffers(message: CommMessage, model: Model): void {
    const paths = message.data.buffer_paths;
    if (!Array.isArray(paths)) return;
    for (const [index, path] of paths.entries()) {
      const buffer = message.buffers[index];
      if (!buffer) continue;
      const data = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength).toString("base64");
      model.buffers.set(JSON.stringify(path), { data, encoding: "base64", path });
    }
  }
}

function savedModel(model: Model): JsonObject {
  const { _model_name, _model_module, _model_module_version } = model.state;
  const state: JsonObject = { ...model.state };
  if (model.area) state.outputs = model.area.outputs() as unknown as JsonValue;
  return {
    model_name: _model_name ?? null,
    model_module: _model_module ?? null,
    model_module_version: _model_module_version ?? null,
    state,
    ...(model.buffers.size > 0 && { buffers: [...model.buffers.values()] }),
  };
}

/** A kernel sends its Output widget's outputs as a list in nbformat's form. */
function outputsIn(value: JsonValue | undefined): Output[] {
  if (!Array.isArray(value)) return [];
  return value.filter((output) => isJsonObject(output) && "output_type" in output) as unknown as Output[];
}
