/**
 * Hyperparameters: names assigned in cells tagged `parameters` (papermill's convention).
 * Types only; reading them from source is `parameters/infer.ts`, writing them back is `parameters/translate-*.ts`.
 */
import type { JsonValue } from "../nbformat/notebook.ts";
import type { CellId } from "../util/ids.ts";

export type ParameterType = "int" | "float" | "bool" | "str" | "list" | "dict" | "none" | "unknown";

/** One parameter as its cell declares it. */
export interface ParameterSpec {
  readonly name: string;
  readonly type: ParameterType;
  /** The annotation or type comment as written (`int`, `Literal["adam", "sgd"]`), or null. */
  readonly declaredType: string | null;
  /** The value in the cell as a literal; undefined when it is an expression. */
  readonly defaultValue: JsonValue | undefined;
  /** The right-hand side as written. */
  readonly defaultSource: string;
  /** From the comment behind it: `# 0.0001 … 1, learning rate`. */
  readonly help: string | null;
  readonly range: { readonly min: number | null; readonly max: number | null } | null;
  /** From `Literal[...]`, or a comment `# one of: adam, sgd`. */
  readonly choices: readonly JsonValue[] | null;
  readonly cellId: CellId;
}

export type ParameterValues = Readonly<Record<string, JsonValue>>;

/** A change asked for during a run. */
export interface ParameterChange {
  readonly id: string;
  readonly values: ParameterValues;
  readonly reason: string | null;
}
