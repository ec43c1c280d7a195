import type { CellId } from "../../util/ids.ts";
import { useSession } from "../session/hooks.ts";
import { isLive } from "../session/session-state.ts";

/** Where a live run stands in relation to this cell. */
export type RunPlace = "now" | "waits" | "failed";

/** As its name says it to those who do not see the mark. */
export const PLACE_WORDS: Readonly<Record<RunPlace, string>> = {
  now: "running",
  waits: "the run waits before it",
  failed: "the run waits after its error",
};

export function useRunPlace(id: CellId): RunPlace | null {
  return useSession(({ run }) => {
    if (!isLive(run)) return null;
    if (run.hold !== null && run.hold.cellId === id) {
      if (run.hold.kind === "error" || run.hold.kind === "interrupted") return "failed";
      return run.hold.kind === "input" ? "now" : "waits";
    }
    return run.currentCell === id ? "now" : null;
  });
}
