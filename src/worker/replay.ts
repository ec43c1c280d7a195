/** What a kernel said before it was taken back, brought into the notebook. */
import type { Kernel } from "../kernel/kernel.ts";
import type { JsonObject } from "../util/json.ts";
import type { CellExecutor } from "./cell-executor.ts";
import type { PendingInputs } from "./pending-inputs.ts";

export interface ReplayTo {
  readonly executor: CellExecutor;
  readonly inputs: PendingInputs;
  /** See `NotebookSession.attachKernel`. */
  readonly isRecorded: (note: JsonObject) => boolean;
}

/** Settles when all that it said so far is there; what waited for it then is told as not run. */
export async function replay(kernel: Kernel, { executor, inputs, isRecorded }: ReplayTo): Promise<void> {
  await kernel.hold?.replay({
    onExecution: (found) => executor.recover(kernel, found, isRecorded),
    onInputAnswered: () => inputs.withdrawLast(),
  });
  executor.wereLost(kernel.hold?.waiting ?? []);
}
