/** What a command of a notebook page is. */
import { isLive } from "../session/session-state.ts";
import type { RunSnapshot } from "../session/types.ts";
import type { NotebookController } from "./controller.ts";

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: "Run" | "Cells" | "Move around" | "View" | "Kernel" | "Page";
  /** `d d`: one after the other. `Ctrl+s`: together. */
  readonly keys: readonly string[];
  /** In which mode its keys count; `any`: in both. */
  readonly mode: "command" | "edit" | "any";
  run(page: NotebookController): void;
  /** The right that it takes beside looking on. */
  readonly needs?: "edit" | "execute";
  /** Absent: always possible. */
  possible?(page: NotebookController): boolean;
}

/** The run that goes on in this notebook, or null. */
export function liveRunOf(page: NotebookController): RunSnapshot | null {
  const { run } = page.model.state.get();
  return isLive(run) ? run : null;
}

/** Whether there is a live run of which this is true. */
export function when(page: NotebookController, test: (run: RunSnapshot) => boolean): boolean {
  const run = liveRunOf(page);
  return run !== null && test(run);
}

/** Why this reader may not; null: they may. */
export function refusalFor(page: NotebookController, { needs }: Pick<Command, "needs">): string | null {
  if (needs === "edit" && !page.canEdit) return page.why("edit");
  if (needs === "execute" && !page.canExecute) return page.why("execute");
  return null;
}
