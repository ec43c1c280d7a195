/** Whether a request to execute is accepted. Pure. Fails closed: what the person saw is what runs, or nothing. */
import type { CellSnapshot } from "../document/live-notebook.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ExecuteCellRequest, ExecuteRefusal } from "../usecases/notebook-session.ts";
import { sourceHash } from "../util/source-hash.ts";

export type Admission =
  | { readonly accepted: true; readonly source: string }
  | { readonly accepted: false; readonly refusal: ExecuteRefusal; readonly message: string };

export function admit(
  request: ExecuteCellRequest,
  cell: CellSnapshot | undefined,
  kernel: Pick<Kernel, "state" | "supportsSubshells" | "spec"> | null,
  isKernelStarting: boolean,
): Admission {
  if (!cell) return refused("no-such-cell", "The cell is gone: somebody deleted it.");
  if (cell.cellType !== "code")
    return refused("not-a-code-cell", `A ${cell.cellType} cell has nothing to run.`);
  if (sourceHash(cell.source) !== request.sourceHash) {
    return refused("source-changed", "The cell was changed meanwhile. Look at it and run it again.");
  }
  if (!kernel && !isKernelStarting) return refused("no-kernel", "There is no kernel. Start one first.");
  if (kernel?.state === "dead") return refused("no-kernel", "The kernel has died. Restart it first.");
  if (request.lane === "subshell" && kernel && !kernel.supportsSubshells) {
    return refused(
      "subshells-unsupported",
      `The kernel ${kernel.spec.displayName} runs nothing beside a busy cell (ipykernel 7 and later do).`,
    );
  }
  return { accepted: true, source: cell.source };
}

function refused(refusal: ExecuteRefusal, message: string): Admission {
  return { accepted: false, refusal, message };
}
