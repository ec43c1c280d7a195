import type { JsonObject } from "../util/json.ts";

export interface ExecutionTimes {
  /** The kernel took the cell up. */
  readonly inputAtMs: number;
  readonly endedAtMs: number;
}

/** `metadata.execution` under the names that JupyterLab and nbclient write, taken when the messages were read. */
export function executionTiming({ inputAtMs, endedAtMs }: ExecutionTimes): JsonObject {
  const input = new Date(inputAtMs).toISOString();
  const end = new Date(endedAtMs).toISOString();
  return {
    "iopub.execute_input": input,
    "iopub.status.busy": input,
    "iopub.status.idle": end,
    "shell.execute_reply": end,
  };
}
