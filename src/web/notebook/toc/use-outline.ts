import { useEffect, useState } from "react";
import type { CellId } from "../../../util/ids.ts";
import { useModel } from "../../session/hooks.ts";
import { isLive, type SessionState } from "../../session/session-state.ts";
import { type OutlineEntry, outlineOf, type SectionState, sectionState } from "./outline.ts";

/** While somebody types a heading it is read anew no quicker than this. */
const QUIET_MS = 150;
/** How sections stand is told at most so often, however quickly cells run. */
const PACE_MS = 500;

export function useOutline(): readonly OutlineEntry[] {
  const model = useModel();
  const [outline, setOutline] = useState(() => outlineOf(model.cellIds(), model.cell));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      timer = undefined;
      setOutline(outlineOf(model.cellIds(), model.cell));
    };
    read();
    const unsubscribe = model.live.onChange((change) => {
      const isText = [...change.cells].some((id) => model.cell(id)?.cellType === "markdown");
      if (change.order || isText) timer ??= setTimeout(read, QUIET_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [model]);
  return outline;
}

/** How each section stands, by the place of its entry. */
export function useSectionStates(outline: readonly OutlineEntry[]): readonly (SectionState | null)[] {
  const model = useModel();
  const [states, setStates] = useState<readonly (SectionState | null)[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      timer = undefined;
      const ids = model.cellIds();
      const session = model.state.get();
      const ofCells = ids.map((id) => stateOfCell(session, id));
      const next = outline.map(({ index, end }) => sectionState(ofCells.slice(index, end)));
      setStates((before) =>
        before.length === next.length && next.every((state, at) => state === before[at]) ? before : next,
      );
    };
    read();
    const unsubscribe = model.state.subscribe(() => {
      timer ??= setTimeout(read, PACE_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [model, outline]);
  return states;
}

function stateOfCell({ run, executions }: SessionState, id: CellId): SectionState | null {
  if (isLive(run) && run.hold?.cellId === id)
    return run.hold.kind === "error" || run.hold.kind === "interrupted" ? "failed" : "waits";
  const execution = executions[id];
  if (execution?.state === "running" || (isLive(run) && run.currentCell === id)) return "running";
  if (execution?.state === "queued") return "queued";
  if (execution?.outcome) return execution.outcome.type === "completed" ? "done" : "failed";
  const step = run?.steps[id];
  if (step === "completed" || step === "failed-allowed") return "done";
  return step === "failed" || step === "died" || step === "timed-out" || step === "interrupted"
    ? "failed"
    : null;
}
