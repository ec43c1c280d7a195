/**
 * What a pipeline tells beside its metrics: the closed set of facts in a writer's log (decision 0009). `time` is in
 * seconds since 1970 by the writer's clock. Types only; `parse-fact.ts` reads them from bytes.
 */
import type { JsonObject, JsonValue } from "../util/json.ts";

export type LogLevel = "debug" | "info" | "warning" | "error" | "critical";

/** A hyperparameter as code declares it; what is absent is not known. */
export interface DeclaredParameter {
  readonly name: string;
  readonly type?: "int" | "float" | "bool" | "str" | "list" | "dict";
  readonly value: JsonValue;
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly JsonValue[];
  readonly help?: string;
}

/** What people are asked; see `review/question.ts` for what it becomes. */
export interface AskedQuestion {
  /** Of this run: the same key is the same question, also after the script starts anew. */
  readonly key: string;
  readonly prompt: string;
  /**
   * `choice`, `choices`: of `choices`. `approval`: approve, change (a value), respond (text), ignore. `correction`: of
   * `proposed`.
   */
  readonly form: "choice" | "choices" | "text" | "number" | "approval" | "correction";
  readonly choices?: readonly JsonValue[];
  readonly min?: number;
  readonly max?: number;
  /** What is asked about: a small MIME bundle, or by content. */
  readonly item?: ShownBundle;
  readonly proposed?: JsonValue;
  /** Seconds since 1970. */
  readonly deadline?: number;
  /** Taken at the deadline; absent: the question stays open. */
  readonly default?: JsonValue;
  /** Only these decide; empty or absent: anybody who may. */
  readonly people?: readonly string[];
  /** One of many of one call of `ask_many`. */
  readonly group?: string;
}

/** An output: small forms as they are, big ones by the SHA-256 of their bytes. */
export interface ShownBundle {
  readonly data: Readonly<Record<string, JsonValue>>;
  readonly blobs?: Readonly<Record<string, string>>;
  readonly metadata?: JsonObject;
}

interface Timed {
  readonly time: number;
}

export type Fact =
  | (Timed & {
      readonly type: "log";
      readonly level: LogLevel;
      readonly text: string;
      /** The logger's name. */
      readonly logger?: string;
      readonly step?: number;
      readonly fields?: JsonObject;
    })
  /** What a wrapped command printed (`loopbook exec`), or the last words of a process that died. */
  | (Timed & { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string })
  | (Timed & {
      readonly type: "event";
      readonly name: string;
      readonly text?: string;
      readonly step?: number;
      readonly fields?: JsonObject;
    })
  /** At a safe point; at most ten a second are told. `total` null: not known. */
  | (Timed & {
      readonly type: "step";
      readonly index: number;
      readonly total: number | null;
      readonly label?: string;
    })
  | (Timed & { readonly type: "parameter"; readonly parameter: DeclaredParameter })
  | (Timed & {
      readonly type: "change-applied";
      readonly id: string;
      readonly values: Readonly<Record<string, JsonValue>>;
      readonly step?: number;
    })
  | (Timed & { readonly type: "change-refused"; readonly id: string; readonly reason: string })
  /** It waits at a safe point (`held`), or goes on. `holdId`: of the wish that it answers. */
  | (Timed & {
      readonly type: "control";
      readonly state: "held" | "running";
      readonly step?: number;
      readonly why?: string;
      /** It waits for the answer to this question (its key). */
      readonly question?: string;
    })
  /** Shown again under the same name, it is redrawn in place. */
  | (Timed & {
      readonly type: "show";
      readonly name: string;
      readonly shown: ShownBundle;
      readonly step?: number;
    })
  | (Timed & { readonly type: "question"; readonly question: AskedQuestion })
  | (Timed & { readonly type: "question-withdrawn"; readonly key: string })
  | (Timed & { readonly type: "answer-taken"; readonly key: string; readonly answerId: string })
  | (Timed & {
      readonly type: "artefact";
      readonly name: string;
      readonly sha256: string;
      readonly sizeBytes: number;
      readonly mime?: string;
      /** Where it lies on the pipeline's machine. */
      readonly path?: string;
    })
  /** What the writer could not keep: counted, never silent. */
  | (Timed & { readonly type: "dropped"; readonly count: number; readonly why: string })
  /** The writer lives; told by the sender every few seconds when there is nothing else. */
  | (Timed & { readonly type: "alive" })
  | (Timed & {
      readonly type: "end";
      readonly status: "completed" | "failed" | "stopped" | "died";
      readonly error?: string;
      readonly traceback?: string;
      readonly exitCode?: number;
      readonly signal?: string;
    });

/** Facts and metrics as lines of JSON. */
export type LineRecord =
  | Fact
  | (Timed & {
      readonly type: "metrics";
      readonly step?: number;
      readonly values: Readonly<Record<string, number | "NaN" | "Infinity" | "-Infinity">>;
    });
