/** Models of widgets as the notebook's metadata keeps them. Pure. */
import type { JsonValue } from "../../../nbformat/notebook.ts";
import { isJsonObject, type JsonObject } from "../../../util/json.ts";

/** A model's state, its binary parts as `DataView`s at their places. */
export type ModelState = Record<string, unknown>;

const STATE_MIME = "application/vnd.jupyter.widget-state+json";

/** Of a notebook, by id. */
export function savedModels(metadata: JsonObject): JsonObject {
  const kept = isJsonObject(metadata.widgets) ? metadata.widgets[STATE_MIME] : undefined;
  return isJsonObject(kept) && isJsonObject(kept.state) ? kept.state : {};
}

/** Null where the notebook holds something else. A copy: what is read is put together in it. */
export function savedState(models: JsonObject, id: string): ModelState | null {
  const model = Object.hasOwn(models, id) ? models[id] : undefined;
  if (!isJsonObject(model) || !isJsonObject(model.state)) return null;
  const { model_name, model_module, model_module_version, buffers } = model;
  const named = {
    _model_name: model_name ?? null,
    _model_module: model_module ?? null,
    _model_module_version: model_module_version ?? null,
  };
  const state: ModelState = { ...named, ...structuredClone(model.state) };
  for (const buffer of Array.isArray(buffers) ? buffers : []) {
    if (!isJsonObject(buffer) || !Array.isArray(buffer.path)) continue;
    const view = decoded(buffer.data, buffer.encoding);
    if (view) putAt(state, buffer.path, view);
  }
  return state;
}

function decoded(data: JsonValue | undefined, encoding: JsonValue | undefined): DataView | null {
  if (typeof data !== "string") return null;
  try {
    return new DataView((encoding === "hex" ? fromHex(data) : fromBase64(data)).buffer);
  } catch {
    return null;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Puts binary parts where they belong; a path that leads nowhere is left out. */
export function putAt(state: ModelState, path: readonly JsonValue[], value: DataView): void {
  let place: unknown = state;
  for (const step of path.slice(0, -1)) {
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, String(step))) return;
    place = (place as Record<string, unknown>)[String(step)];
  }
  const last = path.at(-1);
  if (typeof place !== "object" || place === null || last === undefined || last === "__proto__") return;
  (place as Record<string, unknown>)[String(last)] = value;
}
