/** Models that a run logs (MLflow 3). The registry of named model versions is no part of this server. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { randomToken } from "../../util/ids.ts";
import { type Endpoint, type Endpoints, keyValues, page, pairsOf, text, texts } from "./endpoint.ts";
import { type LoggedModel, modelView } from "./entities.ts";
import { MlflowError } from "./mlflow-error.ts";
import { type Field, parseFilter } from "./search-filter.ts";
import type { TrackingStore } from "./tracking-store.ts";

const byId = z.object({ model_id: text });

export function modelOf(store: TrackingStore, id: string): LoggedModel {
  const model = store.state.models.get(id);
  if (model) return model;
  throw new MlflowError("RESOURCE_DOES_NOT_EXIST", `Logged model with ID '${id}' not found.`);
}

const createBody = z.object({
  experiment_id: z.coerce.string(),
  name: z.string().default(""),
  model_type: z.string().nullish(),
  source_run_id: z.string().nullish(),
  params: keyValues,
  tags: keyValues,
});

const create: Endpoint = async ({ tracking, input }) => {
  const body = createBody.parse(input);
  const store = await tracking.store();
  const experimentId = store.experiment(body.experiment_id).id;
  const runId = body.source_run_id || null;
  if (runId !== null) store.run(runId);
  const id = `m-${createHash("sha256").update(randomToken(40)).digest("hex").slice(0, 32)}`;
  const name = body.name || `model-${randomToken(6)}`;
  const modelType = body.model_type || null;
  const [params, tags] = [pairsOf(body.params), pairsOf(body.tags)];
  const createdMs = Date.now();
  await store.write([{ type: "model", id, experimentId, runId, name, modelType, createdMs, params, tags }]);
  return { model: modelView(modelOf(store, id)) };
};

const get: Endpoint = async ({ tracking, input }) => {
  const store = await tracking.store();
  return { model: modelView(modelOf(store, byId.parse(input).model_id)) };
};

const changeBody = byId.extend({
  status: z.string().optional(),
  params: keyValues,
  tags: keyValues,
  tag_key: z.string().optional(),
});

const change: Endpoint = async ({ tracking, input }) => {
  const { model_id: id, status, params, tags, tag_key } = changeBody.parse(input);
  const store = await tracking.store();
  modelOf(store, id);
  await store.write([
    {
      type: "model-changed",
      id,
      updatedMs: Date.now(),
      params: pairsOf(params),
      tags: pairsOf(tags),
      ...(status === undefined ? {} : { status }),
      ...(tag_key === undefined ? {} : { untag: tag_key }),
    },
  ]);
  return { model: modelView(modelOf(store, id)) };
};

const remove: Endpoint = async ({ tracking, input }) => {
  const store = await tracking.store();
  const { id } = modelOf(store, byId.parse(input).model_id);
  await store.write([{ type: "no-model", id }]);
  return {};
};

const searchBody = z.object({
  experiment_ids: texts,
  filter: z.string().default(""),
  max_results: z.coerce.number().int().min(1).max(1_000).default(100),
  page_token: z.string().optional(),
});

const search: Endpoint = async ({ tracking, input }) => {
  const { experiment_ids, filter, max_results, page_token } = searchBody.parse(input);
  const holds = parseFilter(filter);
  const found = [...(await tracking.store()).state.models.values()]
    .filter((model) => experiment_ids.includes(model.experimentId))
    .filter((model) => holds(fieldOf(model)))
    .sort((a, b) => b.createdMs - a.createdMs);
  const { items, next } = page(found, max_results, page_token);
  return { models: items.map(modelView), ...next };
};

const fieldOf =
  (model: LoggedModel): Field =>
  (entity, key) => {
    if (entity === "params") return model.params.get(key);
    if (entity === "tags") return model.tags.get(key);
    const known: Readonly<Record<string, string | number | null>> = {
      name: model.name,
      model_id: model.id,
      model_type: model.modelType,
      source_run_id: model.runId,
      status: model.status,
      creation_timestamp: model.createdMs,
    };
    if (entity === "attributes" && Object.hasOwn(known, key)) return known[key];
    throw new MlflowError("INVALID_PARAMETER_VALUE", `Models are not searched by ${entity}.${key} here.`);
  };

export const modelEndpoints: Endpoints = {
  "POST logged-models": create,
  "POST logged-models/search": search,
  "GET logged-models/:model_id": get,
  "PATCH logged-models/:model_id": change,
  "DELETE logged-models/:model_id": remove,
  "POST logged-models/:model_id/params": change,
  "PATCH logged-models/:model_id/tags": change,
  "DELETE logged-models/:model_id/tags/:tag_key": change,
};
