/** Every operation of the API, by group. A route that is not here fails tests/architecture/operations.test.ts. */
import { attachedOperations } from "./attached.ts";
import { fileOperations } from "./files.ts";
import { notebookOperations } from "./notebooks.ts";
import type { Operation } from "./operation.ts";
import { otlpOperations } from "./otlp.ts";
import { runOperations } from "./runs.ts";
import { telemetryOperations } from "./telemetry.ts";

export const allOperations: readonly Operation[] = [
  ...runOperations,
  ...attachedOperations,
  ...telemetryOperations,
  ...otlpOperations,
  ...notebookOperations,
  ...fileOperations,
];

/** Routes that speak protocols of other programs, which describe them: Jupyter Server's and MLflow's. */
export const FOREIGN =
  /^\/(api\/?$|api\/(contents|kernels|kernelspecs|sessions|collaboration|terminals|me)\b|kernelspecs\/|.*\/(mlflow|mlflow-artifacts)\/)/;
