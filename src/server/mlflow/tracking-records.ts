/** What the index of runs is made of: a closed set of small records, and what each does to the state. Pure. */
import type { JsonValue } from "../../util/json.ts";
import type { Experiment, LoggedModel, MetricPoint, RunStatus, Stage, TrackedRun } from "./entities.ts";

export type Pairs = readonly (readonly [string, string])[];

export type TrackingRecord =
  | { readonly type: "experiment"; readonly experiment: Experiment }
  | {
      readonly type: "run";
      readonly id: string;
      readonly experimentId: string;
      readonly userId: string;
      readonly name: string;
      readonly startMs: number;
      readonly tags: Pairs;
    }
  | {
      readonly type: "run-info";
      readonly id: string;
      readonly name: string;
      readonly status: RunStatus;
      readonly stage: Stage;
      readonly endMs: number | null;
    }
  | { readonly type: "params"; readonly id: string; readonly params: Pairs }
  | { readonly type: "tags"; readonly id: string; readonly tags: Pairs }
  | { readonly type: "untag"; readonly id: string; readonly key: string }
  /** The metrics of a run that ended, so that its log need not be read to list it; null: there are newer ones. */
  | { readonly type: "latest"; readonly id: string; readonly metrics: readonly MetricPoint[] | null }
  | {
      readonly type: "artifact";
      readonly id: string;
      readonly path: string;
      readonly sha256: string;
      readonly sizeBytes: number;
    }
  | { readonly type: "no-artifact"; readonly id: string; readonly path: string }
  | {
      readonly type: "inputs";
      readonly id: string;
      readonly datasets: readonly JsonValue[];
      readonly models: readonly JsonValue[];
    }
  | { readonly type: "outputs"; readonly id: string; readonly models: readonly JsonValue[] }
  | {
      readonly type: "model";
      readonly id: string;
      readonly experimentId: string;
      readonly runId: string | null;
      readonly name: string;
      readonly modelType: string | null;
      readonly createdMs: number;
      readonly params: Pairs;
      readonly tags: Pairs;
    }
  | {
      readonly type: "model-changed";
      readonly id: string;
      readonly updatedMs: number;
      readonly status?: string;
      readonly params?: Pairs;
      readonly tags?: Pairs;
      readonly untag?: string;
    }
  | { readonly type: "no-model"; readonly id: string };

export interface TrackingState {
  readonly experiments: Map<string, Experiment>;
  readonly runs: Map<string, TrackedRun>;
  readonly models: Map<string, LoggedModel>;
  /** Runs whose metrics are in the index. */
  readonly summed: Set<string>;
  /** Runs of which nothing is known but that they were made, by somebody who may not know it. */
  readonly untouched: Set<string>;
}

export function emptyTracking(): TrackingState {
  return {
    experiments: new Map(),
    runs: new Map(),
    models: new Map(),
    summed: new Set(),
    untouched: new Set(),
  };
}

export function applyRecord(state: TrackingState, record: TrackingRecord): void {
  if (record.type === "experiment") {
    state.experiments.set(record.experiment.id, record.experiment);
    return;
  }
  if (record.type === "model" || record.type === "model-changed" || record.type === "no-model") {
    applyToModels(state.models, record);
    return;
  }
  if (record.type === "run") {
    state.runs.set(record.id, {
      id: record.id,
      experimentId: record.experimentId,
      userId: record.userId,
      name: record.name,
      status: "RUNNING",
      stage: "active",
      startMs: record.startMs,
      endMs: null,
      params: new Map(),
      tags: new Map(record.tags),
      artifacts: new Map(),
      datasets: [],
      modelInputs: [],
      modelOutputs: [],
      latest: new Map(),
    });
    state.untouched.add(record.id);
    return;
  }
  const run = state.runs.get(record.id);
  if (run === undefined) return;
  state.untouched.delete(run.id);
  if (record.type === "latest") {
    if (record.metrics === null) state.summed.delete(run.id);
    else {
      state.summed.add(run.id);
      for (const point of record.metrics) run.latest.set(point.key, point);
    }
  } else applyToRun(run, record);
}

type RunChange = Extract<
  TrackingRecord,
  {
    readonly type:
      | "run-info"
      | "params"
      | "tags"
      | "untag"
      | "artifact"
      | "no-artifact"
      | "inputs"
      | "outputs";
  }
>;

function applyToRun(run: TrackedRun, record: RunChange): void {
  switch (record.type) {
    case "run-info":
      run.name = record.name;
      run.status = record.status;
      run.stage = record.stage;
      run.endMs = record.endMs;
      return;
    case "params":
      for (const [key, value] of record.params) run.params.set(key, value);
      return;
    case "tags":
      for (const [key, value] of record.tags) run.tags.set(key, value);
      return;
    case "untag":
      run.tags.delete(record.key);
      return;
    case "artifact":
      run.artifacts.set(record.path, { sha256: record.sha256, sizeBytes: record.sizeBytes });
      return;
    case "no-artifact":
      for (const path of [...run.artifacts.keys()])
        if (path === record.path || path.startsWith(`${record.path}/`)) run.artifacts.delete(path);
      return;
    case "inputs":
      addNew(run.datasets, record.datasets);
      addNew(run.modelInputs, record.models);
      return;
    case "outputs":
      addNew(run.modelOutputs, record.models);
  }
}

function applyToModels(
  models: Map<string, LoggedModel>,
  record: Extract<TrackingRecord, { readonly type: "model" | "model-changed" | "no-model" }>,
): void {
  if (record.type === "no-model") models.delete(record.id);
  else if (record.type === "model") {
    const { type: _, params, tags, ...rest } = record;
    models.set(record.id, {
      ...rest,
      updatedMs: rest.createdMs,
      status: "LOGGED_MODEL_PENDING",
      params: new Map(params),
      tags: new Map(tags),
    });
  } else {
    const model = models.get(record.id);
    if (!model) return;
    model.updatedMs = record.updatedMs;
    if (record.status !== undefined) model.status = record.status;
    for (const [key, value] of record.params ?? []) model.params.set(key, value);
    for (const [key, value] of record.tags ?? []) model.tags.set(key, value);
    if (record.untag !== undefined) model.tags.delete(record.untag);
  }
}

/** The same input said again is the same input. */
function addNew(to: JsonValue[], values: readonly JsonValue[]): void {
  const known = new Set(to.map((value) => JSON.stringify(value)));
  for (const value of values) if (!known.has(JSON.stringify(value))) to.push(value);
}
