import { createHash } from "node:crypto";
import { z } from "zod";
import { randomToken } from "../../util/ids.ts";
import type { JsonObject } from "../../util/json.ts";
import { type Endpoint, type Endpoints, int64, keyValues, page, pairsOf, text, texts } from "./endpoint.ts";
import { isEnd, runInfoView, runView, type Stage, type TrackedRun } from "./entities.ts";
import { MlflowError } from "./mlflow-error.ts";
import { endFact, tagsFact } from "./run-facts.ts";
import { type Field, parseFilter, parseOrders } from "./search-filter.ts";
import type { TrackingState } from "./tracking-records.ts";
import type { TrackingStore } from "./tracking-store.ts";

const MAX_PAGE = 50_000;
const RUN_STATUS = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] as const;

/** Old clients say `run_uuid`. */
export const byRun = z
  .object({ run_id: z.string().optional(), run_uuid: z.string().optional() })
  .transform(({ run_id, run_uuid }) => run_id || run_uuid || "");

const createBody = z.object({
  experiment_id: z.coerce.string().default("0"),
  user_id: z.string().default(""),
  run_name: z.string().default(""),
  start_time: int64.optional(),
  tags: keyValues,
});

const create: Endpoint = async ({ tracking, input, by, answered }) => {
  const body = createBody.parse(input);
  const store = await tracking.store();
  const experiment = store.experiment(body.experiment_id);
  if (experiment.stage === "deleted")
    throw new MlflowError("INVALID_STATE", `The experiment ${experiment.name} is deleted. Restore it first.`);
  const tags = pairsOf(body.tags);
  const tagged = body.tags.find(({ key }) => key === "mlflow.runName")?.value;
  const name = body.run_name || tagged || `run-${randomToken(6)}`;
  const startMs = body.start_time ?? Date.now();
  tracking.actsFor(by);
  const again = sameRun(store.state, { ...body, startMs, tags });
  const id = again?.id ?? createHash("sha256").update(randomToken(40)).digest("hex").slice(0, 32);
  if (!again) {
    const all = [...tags.filter(([key]) => key !== "mlflow.runName"), ["mlflow.runName", name] as const];
    const { experiment_id: experimentId, user_id: userId } = body;
    await store.write([{ type: "run", id, experimentId, userId, name, startMs, tags: all }]);
  }
  const run = store.run(id);
  const shown = again ? null : tagsFact(run.tags, startMs / 1000);
  if (shown) await (await store.log(run)).addFacts([shown]);
  else store.onAppended(run);
  store.state.untouched.delete(id);
  answered.then((wasAnswered) => wasAnswered || store.state.untouched.add(id));
  return { run: runView(run) };
};

/**
 * A client whose request was not answered (the process before this one was killed, the network broke) says it again: the
 * same start to the millisecond, and a run of which nobody has heard since. Requests side by side are not that.
 */
function sameRun(
  state: TrackingState,
  asked: Pick<TrackedRun, "startMs"> & {
    readonly experiment_id: string;
    readonly user_id: string;
    readonly run_name: string;
    readonly tags: readonly (readonly [string, string])[];
  },
): TrackedRun | undefined {
  for (const id of state.untouched) {
    const run = state.runs.get(id);
    if (!run || run.startMs !== asked.startMs || run.experimentId !== asked.experiment_id) continue;
    if (run.userId !== asked.user_id || (asked.run_name !== "" && run.name !== asked.run_name)) continue;
    if (asked.tags.every(([key, value]) => run.tags.get(key) === value)) return run;
  }
  return undefined;
}

const get: Endpoint = async ({ tracking, input }) => {
  const store = await tracking.store();
  return { run: runView(store.run(byRun.parse(input))) };
};

const updateBody = z.object({
  status: z.enum(RUN_STATUS).optional(),
  end_time: int64.optional(),
  run_name: z.string().optional(),
});

const update: Endpoint = async ({ tracking, input }) => {
  const store = await tracking.store();
  const run = store.activeRun(byRun.parse(input));
  const body = updateBody.parse(input);
  const status = body.status ?? run.status;
  const hasEnded = isEnd(status);
  const endMs = hasEnded ? (body.end_time ?? run.endMs ?? Date.now()) : null;
  const name = body.run_name || run.name;
  const wasStopped = tracking.stopWish(run) !== null;
  const isNewEnd = hasEnded && run.status !== status;
  const renamed =
    name === run.name ? [] : [{ type: "tags", id: run.id, tags: [["mlflow.runName", name]] } as const];
  await store.write([{ type: "run-info", id: run.id, name, status, stage: run.stage, endMs }, ...renamed]);
  if (isNewEnd) {
    const end = endFact(run, (endMs ?? Date.now()) / 1000, wasStopped);
    if (end) await (await store.log(run)).addFacts([end]);
    await store.sum(run);
  }
  return { run_info: runInfoView(run) };
};

const stage =
  (to: Stage): Endpoint =>
  async ({ tracking, input }) => {
    const store = await tracking.store();
    const { id, name, status, endMs } = store.run(byRun.parse(input));
    await store.write([{ type: "run-info", id, name, status, stage: to, endMs }]);
    return {};
  };

const searchBody = z.object({
  experiment_ids: texts,
  filter: z.string().default(""),
  run_view_type: z.enum(["ACTIVE_ONLY", "DELETED_ONLY", "ALL"]).default("ACTIVE_ONLY"),
  max_results: z.coerce.number().int().min(1).max(MAX_PAGE).default(1_000),
  order_by: texts,
  page_token: z.string().optional(),
});

const search: Endpoint = async ({ tracking, input }) => {
  const body = searchBody.parse(input);
  const holds = parseFilter(body.filter);
  const experiments = new Set(body.experiment_ids);
  const store: TrackingStore = await tracking.store();
  const found = [...store.state.runs.values()]
    .filter((run) => experiments.has(run.experimentId))
    .filter(
      (run) =>
        body.run_view_type === "ALL" || (run.stage === "active") === (body.run_view_type === "ACTIVE_ONLY"),
    )
    .filter((run) => holds(fieldOf(run)))
    .sort(parseOrders([...body.order_by, "attributes.start_time DESC", "attributes.run_id"], fieldOf));
  const { items, next } = page(found, body.max_results, body.page_token);
  return { runs: items.map(runView), ...next };
};

const fieldOf =
  (run: TrackedRun): Field =>
  (entity, key) => {
    if (entity === "metrics") {
      const latest = run.latest.get(key);
      return latest === undefined ? undefined : Number(latest.value);
    }
    if (entity === "params") return run.params.get(key);
    if (entity === "tags") return run.tags.get(key);
    if (entity !== "attributes") return undefined;
    switch (key) {
      case "run_id":
        return run.id;
      case "run_name":
      case "Run Name":
        return run.name;
      case "status":
        return run.status;
      case "user_id":
        return run.userId;
      case "artifact_uri":
        return undefined;
      case "start_time":
      case "created":
      case "Created":
        return run.startMs;
      case "end_time":
        return run.endMs;
      default:
        throw new MlflowError("INVALID_PARAMETER_VALUE", `Runs have no attribute ${key}.`);
    }
  };

const historyQuery = z.object({
  metric_key: text,
  max_results: z.coerce.number().int().min(1).max(25_000).default(25_000),
  page_token: z.string().optional(),
});

const history: Endpoint = async ({ tracking, input }): Promise<JsonObject> => {
  const { metric_key, max_results, page_token } = historyQuery.parse(input);
  const store = await tracking.store();
  const log = await store.log(store.run(byRun.parse(input)));
  const from = /^\d{1,15}$/.test(page_token ?? "") ? Number(page_token) : 0;
  const metrics = [];
  let at = 0;
  for await (const { key, value, timeMs, step } of log.history(metric_key)) {
    if (at++ < from) continue;
    if (metrics.length === max_results) return { metrics, next_page_token: String(from + max_results) };
    metrics.push({ key, value, timestamp: timeMs, step });
  }
  return { metrics };
};

export const runEndpoints: Endpoints = {
  "POST runs/create": create,
  "GET runs/get": get,
  "POST runs/update": update,
  "POST runs/delete": stage("deleted"),
  "POST runs/restore": stage("active"),
  "POST runs/search": search,
  "GET metrics/get-history": history,
};
