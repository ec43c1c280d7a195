import { LoopbookError } from "../../util/errors.ts";

/** MLflow's names of what went wrong; its client makes exceptions of them (`mlflow/protos/databricks.proto`). */
export type MlflowCode =
  | "RESOURCE_DOES_NOT_EXIST"
  | "RESOURCE_ALREADY_EXISTS"
  | "INVALID_PARAMETER_VALUE"
  | "INVALID_STATE"
  | "ENDPOINT_NOT_FOUND"
  | "PERMISSION_DENIED"
  | "REQUEST_LIMIT_EXCEEDED"
  | "TEMPORARILY_UNAVAILABLE"
  | "INTERNAL_ERROR";

const STATUS: Readonly<Record<MlflowCode, number>> = {
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_ALREADY_EXISTS: 400,
  INVALID_PARAMETER_VALUE: 400,
  INVALID_STATE: 400,
  ENDPOINT_NOT_FOUND: 404,
  PERMISSION_DENIED: 403,
  REQUEST_LIMIT_EXCEEDED: 413,
  // The client tries again.
  TEMPORARILY_UNAVAILABLE: 503,
  INTERNAL_ERROR: 500,
};

export class MlflowError extends LoopbookError {
  readonly mlflowCode: MlflowCode;

  constructor(mlflowCode: MlflowCode, message: string) {
    super("mlflow-refused", message);
    this.mlflowCode = mlflowCode;
  }

  get status(): number {
    return STATUS[this.mlflowCode];
  }
}
