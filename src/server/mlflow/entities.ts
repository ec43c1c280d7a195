/** MLflow's nouns as they are kept here. Times in milliseconds since 1970. */
import type { JsonObject, JsonValue } from "../../util/json.ts";

export type RunStatus = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
export type Stage = "active" | "deleted";

export interface Experiment {
  readonly id: string;
  readonly name: string;
  readonly artifactLocation: string;
  readonly stage: Stage;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** JSON has no NaN: what is not finite is told by name, as protobuf's JSON does. */
export type MetricValue = number | "NaN" | "Infinity" | "-Infinity";

export interface MetricPoint {
  readonly key: string;
  readonly value: MetricValue;
  readonly timeMs: number;
  readonly step: number;
}

export interface KeptArtifact {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface TrackedRun {
  readonly id: string;
  readonly experimentId: string;
  readonly userId: string;
  name: string;
  status: RunStatus;
  stage: Stage;
  readonly startMs: number;
  endMs: number | null;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly artifacts: Map<string, KeptArtifact>;
  readonly datasets: JsonValue[];
  readonly modelInputs: JsonValue[];
  readonly modelOutputs: JsonValue[];
  /** By key: of the highest step, then time. */
  readonly latest: Map<string, MetricPoint>;
}

/** MLflow 3's models; kept as the client said them. */
export interface LoggedModel {
  readonly id: string;
  readonly experimentId: string;
  readonly runId: string | null;
  readonly name: string;
  readonly modelType: string | null;
  readonly createdMs: number;
  updatedMs: number;
  /** `LOGGED_MODEL_PENDING`, `LOGGED_MODEL_READY`, `LOGGED_MODEL_UPLOAD_FAILED` */
  status: string;
  readonly params: Map<string, string>;
  readonly tags: Map<string, string>;
}

export function isEnd(status: RunStatus): boolean {
  return status === "FINISHED" || status === "FAILED" || status === "KILLED";
}

/** Whether a point takes the place of the latest one. */
export function isLater(point: MetricPoint, than: MetricPoint | undefined): boolean {
  if (than === undefined || point.step !== than.step) return than === undefined || point.step > than.step;
  if (point.timeMs !== than.timeMs) return point.timeMs > than.timeMs;
  return Number(point.value) >= Number(than.value);
}

const pairs = (map: Iterable<readonly [string, string]>): JsonValue[] =>
  [...map].map(([key, value]) => ({ key, value }));

export function metricView({ key, value, timeMs, step }: MetricPoint): JsonObject {
  return { key, value, timestamp: timeMs, step };
}

export function experimentView(experiment: Experiment): JsonObject {
  return {
    experiment_id: experiment.id,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.stage,
    creation_time: experiment.createdMs,
    last_update_time: experiment.updatedMs,
    tags: pairs(Object.entries(experiment.tags)),
  };
}

export function artifactUri(run: Pick<TrackedRun, "id" | "experimentId">): string {
  return `mlflow-artifacts:/${run.experimentId}/${run.id}/artifacts`;
}

export function runInfoView(run: TrackedRun): JsonObject {
  return {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: run.experimentId,
    user_id: run.userId,
    status: run.status,
    start_time: run.startMs,
    ...(run.endMs === null ? {} : { end_time: run.endMs }),
    artifact_uri: artifactUri(run),
    lifecycle_stage: run.stage,
  };
}

export function runView(run: TrackedRun): JsonObject {
  return {
    info: runInfoView(run),
    data: {
      metrics: [...run.latest.values()].map(metricView),
      params: pairs(run.params),
      tags: pairs(run.tags),
    },
    inputs: { dataset_inputs: run.datasets, model_inputs: run.modelInputs },
    ...(run.modelOutputs.length === 0 ? {} : { outputs: { model_outputs: run.modelOutputs } }),
  };
}

export function modelView(model: LoggedModel): JsonObject {
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdMs,
      last_updated_timestamp_ms: model.updatedMs,
      artifact_uri: `mlflow-artifacts:/${model.experimentId}/models/${model.id}/artifacts`,
      status: model.status,
      ...(model.modelType === null ? {} : { model_type: model.modelType }),
      ...(model.runId === null ? {} : { source_run_id: model.runId }),
      tags: pairs(model.tags),
    },
    data: { params: pairs(model.params), metrics: [] },
  };
}
