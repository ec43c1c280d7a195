/** Runs that are processes of the user's, joined to their notebook by their logs (decision 0009). */
import type { Party } from "../people/party.ts";
import type { Answer } from "../review/question.ts";
import type { DeclaredParameter } from "../telemetry/facts.ts";
import type { RunTelemetry } from "../telemetry/telemetry-store.ts";
import type { Unsubscribe } from "../util/emitter.ts";
import type { NotebookId, RunId } from "../util/ids.ts";
import type { JsonObject, JsonValue } from "../util/json.ts";
import type { LiveRun } from "./live-run.ts";

/** What joins: one process, or one of several of the same run. */
export interface Writer {
  /** Made by the writer; names its log. `[a-z0-9-]{1,64}` */
  readonly id: string;
  /** Of a distributed run; 0 leads: its steps, parameters and end are the run's. */
  readonly rank: number;
  readonly pid: number;
  readonly host: string;
  /** `python 3.11`, `node`, `exec`, `otlp`, `mlflow`. */
  readonly language: string;
}

/** Where the pipeline comes from; recorded in its notebook. All as far as it is known. */
export interface Origin {
  readonly argv?: readonly string[];
  readonly cwd?: string;
  /** Path and content of the script. */
  readonly script?: string;
  readonly source?: string;
  readonly git?: {
    readonly commit: string;
    readonly branch?: string;
    readonly dirty: boolean;
    readonly remote?: string;
  };
  readonly environment?: JsonObject;
}

export interface AttachRequest {
  /** Made by the pipeline: the same again is the same run. */
  readonly runId: RunId;
  readonly name?: string;
  /** Absolute path of its notebook, made from a template when there is none; absent: one by the run's name. */
  readonly notebook?: string;
  /** Inside of a kernel: the notebook whose kernel it is. Then telemetry and questions are of its run, if one goes on. */
  readonly within?: NotebookId;
  readonly writer: Writer;
  readonly origin: Origin;
  readonly parameters: readonly DeclaredParameter[];
  readonly startedAtMs: number;
  readonly by: Party;
}

/** All that a process is to know now (long poll). */
export interface News {
  readonly revision: number;
  /** `step`: one more safe point, then hold; each wish has another `wishId`. */
  readonly wanted: {
    readonly state: "go" | "pause" | "step" | "stop";
    readonly wishId: string;
    readonly by: string | null;
  };
  /** Not acknowledged yet, oldest first. */
  readonly changes: readonly {
    readonly id: string;
    readonly values: Readonly<Record<string, JsonValue>>;
    readonly reason: string | null;
    readonly by: string;
  }[];
  /** Not taken yet. */
  readonly answers: readonly { readonly key: string; readonly answer: Answer }[];
}

export interface AttachedRun extends LiveRun {
  readonly telemetry: RunTelemetry;
  /** Values in force as the notebook has them; for parameters that the process declares. */
  values(): Readonly<Record<string, JsonValue>>;
  writers(): readonly (Writer & { readonly seenAtMs: number; readonly ended: boolean })[];
  /** Another process of the same run. */
  join(writer: Writer): void;
  /** A request of this writer came. News are asked for by the process itself; its log may be sent by another. */
  seen(writer: string, how?: "log" | "news"): void;
  news(): News;
  onNews(listener: () => void): Unsubscribe;
  /** Of an earlier question, also one that was taken before; null: there is none. */
  answerOf(key: string): Promise<Answer | null>;
}

export interface AttachedRuns {
  /** @throws LoopbookError `notebook-unreadable`, `no-such-folder`, `run-goes-on` (another one is shown in this notebook). */
  attach(request: AttachRequest): Promise<AttachedRun>;
  /** Also one that has ended, or that an earlier process had: its log may still come. */
  get(id: RunId): Promise<AttachedRun | null>;
}
