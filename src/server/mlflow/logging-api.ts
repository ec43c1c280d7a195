import { z } from "zod";
import type { JsonObject } from "../../util/json.ts";
import { type Endpoint, type Endpoints, int64, keyValues, pairsOf, text } from "./endpoint.ts";
import { isEnd, type MetricPoint, type TrackedRun } from "./entities.ts";
import { metricValue } from "./metric-lines.ts";
import { MlflowError } from "./mlflow-error.ts";
import { parameterFacts, runIdOf, tagsFact } from "./run-facts.ts";
import { byRun } from "./runs-api.ts";
import type { MlflowTracking } from "./tracking.ts";
import type { TrackingRecord } from "./tracking-records.ts";
import type { TrackingStore } from "./tracking-store.ts";

const MAX_PARAMS = 10_000;

const metric = z.object({
  key: text.max(250),
  value: z.union([z.number(), z.string()]),
  timestamp: int64.default(() => Date.now()),
  step: int64.default(0),
});

const pointOf = ({ key, value, timestamp, step }: z.infer<typeof metric>): MetricPoint => ({
  key,
  value: metricValue(value),
  timeMs: timestamp,
  step,
});

interface Batch {
  readonly metrics?: readonly MetricPoint[];
  readonly params?: readonly (readonly [string, string])[];
  readonly tags?: readonly (readonly [string, string])[];
}

async function logAll(tracking: MlflowTracking, runId: string, batch: Batch): Promise<JsonObject> {
  const store = await tracking.store();
  const run = store.activeRun(runId);
  tracking.heard(run);
  const log = await store.log(run);
  if (batch.metrics) await tracking.pause(run, log);
  stopIfAsked(tracking, run);
  const params = newParams(run, batch.params ?? []);
  const tags = (batch.tags ?? []).filter(([key, value]) => run.tags.get(key) !== value);
  const records: TrackingRecord[] = [];
  if (params.length > 0) records.push({ type: "params", id: run.id, params });
  if (tags.length > 0) records.push({ type: "tags", id: run.id, tags });
  const metrics = batch.metrics ?? [];
  if (metrics.length > 0 && store.state.summed.has(run.id))
    records.push({ type: "latest", id: run.id, metrics: null });
  const time = Date.now() / 1000;
  const shown = tags.length > 0 ? tagsFact(new Map([...run.tags, ...tags]), time) : null;
  // First what can be said twice without harm, then what tells that it was said.
  await log.addFacts([...parameterFacts(params, time), ...(shown ? [shown] : [])]);
  if (records.length > 0) await store.write(records);
  await log.addPoints(metrics);
  if (metrics.length > 0 && isEnd(run.status)) await store.sum(run);
  return {};
}

/** @throws MlflowError when one has another value already: parameters of MLflow's are said once. */
function newParams(run: TrackedRun, params: readonly (readonly [string, string])[]) {
  const fresh = new Map<string, string>();
  for (const [key, value] of params) {
    const known = run.params.get(key) ?? fresh.get(key);
    if (known === undefined) fresh.set(key, value);
    else if (known !== value)
      throw new MlflowError(
        "INVALID_PARAMETER_VALUE",
        `Changing param values is not allowed. Param with key='${key}' was already logged with value='${known}' for run ID='${run.id}'. Attempted logging new value '${value}'.`,
      );
  }
  if (run.params.size + fresh.size > MAX_PARAMS)
    throw new MlflowError("REQUEST_LIMIT_EXCEEDED", `A run has at most ${MAX_PARAMS} parameters.`);
  return [...fresh];
}

/** The one way by which a script that logs by MLflow can be stopped: its next call fails, and says why. */
function stopIfAsked(tracking: MlflowTracking, run: TrackedRun): void {
  const by = tracking.stopWish(run);
  if (by === null || isEnd(run.status)) return;
  throw new MlflowError("INVALID_STATE", `${by} stopped this run (${runIdOf(run.id)}) from its notebook.`);
}

const logMetric: Endpoint = async ({ tracking, input }) =>
  logAll(tracking, byRun.parse(input), { metrics: [pointOf(metric.parse(input))] });

const logParam: Endpoint = async ({ tracking, input }) => {
  const { key, value } = z.object({ key: text.max(250), value: z.coerce.string().default("") }).parse(input);
  return logAll(tracking, byRun.parse(input), { params: [[key, value]] });
};

const setTag: Endpoint = async ({ tracking, input }) => {
  const { key, value } = z.object({ key: text.max(250), value: z.coerce.string().default("") }).parse(input);
  return logAll(tracking, byRun.parse(input), { tags: [[key, value]] });
};

const deleteTag: Endpoint = async ({ tracking, input }) => {
  const { key } = z.object({ key: text }).parse(input);
  const store = await tracking.store();
  const run = store.activeRun(byRun.parse(input));
  if (!run.tags.has(key))
    throw new MlflowError("RESOURCE_DOES_NOT_EXIST", `No tag with name: ${key} in run with id ${run.id}`);
  await store.write([{ type: "untag", id: run.id, key }]);
  const shown = tagsFact(run.tags, Date.now() / 1000);
  if (shown) await (await store.log(run)).addFacts([shown]);
  return {};
};

const batchBody = z.object({
  metrics: z.array(metric).max(100_000).default([]),
  params: keyValues,
  tags: keyValues,
});

const logBatch: Endpoint = async ({ tracking, input }) => {
  const { metrics, params, tags } = batchBody.parse(input);
  return logAll(tracking, byRun.parse(input), {
    metrics: metrics.map(pointOf),
    params: pairsOf(params),
    tags: pairsOf(tags),
  });
};

const json = z.record(z.string(), z.json());
const inputsBody = z.object({
  datasets: z.array(json).max(1_000).default([]),
  models: z.array(json).max(1_000).default([]),
});

const logInputs: Endpoint = async ({ tracking, input }) => {
  const { datasets, models } = inputsBody.parse(input);
  const store = await tracking.store();
  const run = store.activeRun(byRun.parse(input));
  const time = Date.now() / 1000;
  const names = datasets.map((one) => z.object({ dataset: z.object({ name: z.string() }) }).safeParse(one));
  const facts = names.flatMap(({ data }) =>
    data ? [{ type: "event", time, name: "input", text: `Reads ${data.dataset.name}` } as const] : [],
  );
  await (await store.log(run)).addFacts(facts);
  await store.write([{ type: "inputs", id: run.id, datasets, models }]);
  return {};
};

const logOutputs: Endpoint = async ({ tracking, input }) => {
  const { models } = inputsBody.parse(input);
  const store = await tracking.store();
  const run = store.activeRun(byRun.parse(input));
  await store.write([{ type: "outputs", id: run.id, models }]);
  return {};
};

/** Of clients before MLflow 3: a model is a tag of its run. */
const logModel: Endpoint = async ({ tracking, input }) => {
  const { model_json } = z.object({ model_json: text }).parse(input);
  const store: TrackingStore = await tracking.store();
  const run = store.activeRun(byRun.parse(input));
  const key = "mlflow.log-model.history";
  const history = JSON.parse(run.tags.get(key) ?? "[]") as unknown[];
  const model: unknown = JSON.parse(model_json);
  if (!history.some((one) => JSON.stringify(one) === JSON.stringify(model))) history.push(model);
  await store.write([{ type: "tags", id: run.id, tags: [[key, JSON.stringify(history)]] }]);
  return {};
};

export const loggingEndpoints: Endpoints = {
  "POST runs/log-metric": logMetric,
  "POST runs/log-parameter": logParam,
  "POST runs/log-batch": logBatch,
  "POST runs/set-tag": setTag,
  "POST runs/delete-tag": deleteTag,
  "POST runs/log-inputs": logInputs,
  "POST runs/outputs": logOutputs,
  "POST runs/log-model": logModel,
};
