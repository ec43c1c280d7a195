/**
 * The form in which notebooks keep the state of widgets (`metadata.widgets`, schema of `@jupyter-widgets/schema` 2.0),
 * as nbclient writes it. Pure.
 */
import type { Output } from "../nbformat/notebook.ts";
import type { WidgetModelState } from "../usecases/notebook-widgets.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../util/json.ts";

const STATE_MIME = "application/vnd.jupyter.widget-state+json";
const VIEW_MIME = "application/vnd.jupyter.widget-view+json";
const REFERENCE = "IPY_MODEL_";

/** Null where there is nothing to keep. */
export function widgetsMetadata(state: JsonObject): JsonObject | null {
  if (Object.keys(state).length === 0) return null;
  return { [STATE_MIME]: { state, version_major: 2, version_minor: 0 } };
}

export function savedModel({ state, buffers }: WidgetModelState): JsonObject {
  const { _model_name, _model_module, _model_module_version } = state;
  return {
    model_name: _model_name ?? null,
    model_module: _model_module ?? null,
    model_module_version: _model_module_version ?? null,
    state,
    ...(buffers.length > 0 && { buffers: buffers.map(savedBuffer) }),
  };
}

function savedBuffer({ path, data }: WidgetModelState["buffers"][number]): JsonObject {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { data: bytes.toString("base64"), encoding: "base64", path: [...path] };
}

/** The models that a notebook's metadata holds, by id. */
export function savedModels(metadata: JsonValue | undefined): JsonObject {
  const kept = isJsonObject(metadata) ? metadata[STATE_MIME] : undefined;
  return isJsonObject(kept) && isJsonObject(kept.state) ? kept.state : {};
}

/** Ids of the models that these outputs show. */
export function* shownModels(outputs: Iterable<Output>): Generator<string> {
  for (const output of outputs) {
    if (output.output_type !== "display_data" && output.output_type !== "execute_result") continue;
    const view = output.data?.[VIEW_MIME];
    if (isJsonObject(view) && typeof view.model_id === "string") yield view.model_id;
  }
}

/**
 * Of models that were saved earlier and are not live, those that are still seen: shown by an output, or named by one
 * that is.
 */
export function stillSeen(
  saved: JsonObject,
  shown: Iterable<string>,
  isLive: (id: string) => boolean,
): JsonObject {
  const kept: JsonObject = {};
  const open = [...shown];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const model = Object.hasOwn(saved, id) ? saved[id] : undefined;
    if (model === undefined || isLive(id) || Object.hasOwn(kept, id)) continue;
    kept[id] = model;
    open.push(...references(model));
  }
  return kept;
}

function* references(value: JsonValue): Generator<string> {
  if (typeof value === "string") {
    if (value.startsWith(REFERENCE)) yield value.slice(REFERENCE.length);
  } else if (typeof value === "object" && value !== null) {
    for (const part of Array.isArray(value) ? value : Object.values(value)) yield* references(part);
  }
}
