import { z } from "zod";
import { type Endpoint, type Endpoints, keyValues, page, text, texts } from "./endpoint.ts";
import { type Experiment, experimentView, type Stage } from "./entities.ts";
import { MlflowError } from "./mlflow-error.ts";
import { type Field, parseFilter, parseOrders } from "./search-filter.ts";
import type { TrackingStore } from "./tracking-store.ts";

const MAX_EXPERIMENTS = 10_000;
const MAX_PAGE = 50_000;

const byId = z.object({ experiment_id: z.coerce.string() });

const create: Endpoint = async ({ tracking, input }) => {
  const body = z
    .object({ name: text.max(500), artifact_location: z.string().optional(), tags: keyValues })
    .parse(input);
  const store = await tracking.store();
  const { experiments } = store.state;
  const known = [...experiments.values()].find(({ name }) => name === body.name);
  if (known)
    throw new MlflowError(
      "RESOURCE_ALREADY_EXISTS",
      `Experiment(name=${body.name}) already exists${known.stage === "deleted" ? " and is deleted. Restore it, or take another name" : ""}.`,
    );
  if (experiments.size >= MAX_EXPERIMENTS)
    throw new MlflowError("REQUEST_LIMIT_EXCEEDED", `There are ${MAX_EXPERIMENTS} experiments here already.`);
  const id = String(Math.max(...[...experiments.keys()].map(Number)) + 1);
  const now = Date.now();
  const experiment: Experiment = {
    id,
    name: body.name,
    // Artefacts go through this server, wherever the client thinks that they lie.
    artifactLocation: `mlflow-artifacts:/${id}`,
    stage: "active",
    createdMs: now,
    updatedMs: now,
    tags: Object.fromEntries(body.tags.map(({ key, value }) => [key, value])),
  };
  await store.write([{ type: "experiment", experiment }]);
  return { experiment_id: id };
};

const get: Endpoint = async ({ tracking, input }) => {
  const store = await tracking.store();
  return { experiment: experimentView(store.experiment(byId.parse(input).experiment_id)) };
};

const getByName: Endpoint = async ({ tracking, input }) => {
  const { experiment_name } = z.object({ experiment_name: text }).parse(input);
  const store = await tracking.store();
  const found = [...store.state.experiments.values()].find(({ name }) => name === experiment_name);
  if (found) return { experiment: experimentView(found) };
  throw new MlflowError(
    "RESOURCE_DOES_NOT_EXIST",
    `Could not find experiment with name '${experiment_name}'`,
  );
};

const change = async (
  store: TrackingStore,
  id: string,
  more: Partial<Experiment>,
): Promise<Record<string, never>> => {
  const experiment = { ...store.experiment(id), ...more, updatedMs: Date.now() };
  await store.write([{ type: "experiment", experiment }]);
  return {};
};

const stage =
  (to: Stage): Endpoint =>
  async ({ tracking, input }) =>
    change(await tracking.store(), byId.parse(input).experiment_id, { stage: to });

const rename: Endpoint = async ({ tracking, input }) => {
  const { experiment_id, new_name } = byId.extend({ new_name: text.max(500) }).parse(input);
  const store = await tracking.store();
  const other = [...store.state.experiments.values()].find(({ name }) => name === new_name);
  if (other && other.id !== experiment_id)
    throw new MlflowError("RESOURCE_ALREADY_EXISTS", `Experiment(name=${new_name}) already exists.`);
  return change(store, experiment_id, { name: new_name });
};

const setTag: Endpoint = async ({ tracking, input }) => {
  const { experiment_id, key, value } = byId.extend({ key: text, value: z.string() }).parse(input);
  const store = await tracking.store();
  return change(store, experiment_id, { tags: { ...store.experiment(experiment_id).tags, [key]: value } });
};

const deleteTag: Endpoint = async ({ tracking, input }) => {
  const { experiment_id, key } = byId.extend({ key: text }).parse(input);
  const store = await tracking.store();
  const tags = Object.entries(store.experiment(experiment_id).tags).filter(([name]) => name !== key);
  return change(store, experiment_id, { tags: Object.fromEntries(tags) });
};

const searchBody = z.object({
  max_results: z.coerce.number().int().min(1).max(MAX_PAGE).default(1_000),
  page_token: z.string().optional(),
  filter: z.string().default(""),
  order_by: texts,
  view_type: z.enum(["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]).default("ACTIVE_ONLY"),
});

const search: Endpoint = async ({ tracking, input }) => {
  const { max_results, page_token, filter, order_by, view_type } = searchBody.parse(input);
  const holds = parseFilter(filter);
  const orders = order_by.length > 0 ? order_by : ["creation_time DESC", "experiment_id DESC"];
  const found = [...(await tracking.store()).state.experiments.values()]
    .filter((one) => view_type === "ALL" || (one.stage === "active") === (view_type === "ACTIVE_ONLY"))
    .filter((one) => holds(fieldOf(one)))
    .sort(parseOrders(orders, fieldOf));
  const { items, next } = page(found, max_results, page_token);
  return { experiments: items.map(experimentView), ...next };
};

const fieldOf =
  (experiment: Experiment): Field =>
  (entity, key) => {
    if (entity === "tags") return experiment.tags[key];
    switch (key) {
      case "name":
        return experiment.name;
      case "experiment_id":
        return Number(experiment.id);
      case "creation_time":
        return experiment.createdMs;
      case "last_update_time":
        return experiment.updatedMs;
      default:
        return undefined;
    }
  };

export const experimentEndpoints: Endpoints = {
  "POST experiments/create": create,
  "GET experiments/get": get,
  "GET experiments/get-by-name": getByName,
  "POST experiments/delete": stage("deleted"),
  "POST experiments/restore": stage("active"),
  "POST experiments/update": rename,
  "POST experiments/set-experiment-tag": setTag,
  "POST experiments/delete-experiment-tag": deleteTag,
  "POST experiments/search": search,
  "GET experiments/search": search,
};
