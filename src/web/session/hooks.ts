import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { CellId } from "../../util/ids.ts";
import type { NotebookModel } from "./notebook-model.ts";
import type { SessionState } from "./session-state.ts";
import { useSelected } from "./store.ts";

export const ModelContext = createContext<NotebookModel | null>(null);

export function useModel(): NotebookModel {
  const model = useContext(ModelContext);
  if (!model) throw new Error("A part of a notebook was drawn outside of one.");
  return model;
}

export function useCellIds(): readonly CellId[] {
  const model = useModel();
  return useSyncExternalStore(model.onOrder, model.cellIds);
}

/** The cell as it stands; drawn again only when this cell changed. */
export function useCell(id: CellId): CellSnapshot | undefined {
  const model = useModel();
  const subscribe = useCallback((listener: () => void) => model.onCell(id, listener), [model, id]);
  const read = useCallback(() => model.cell(id), [model, id]);
  return useSyncExternalStore(subscribe, read);
}

export function useSession<S>(select: (state: SessionState) => S, isEqual?: (a: S, b: S) => boolean): S {
  return useSelected(useModel().state, select, isEqual);
}

/** The time, again each `everyMs` while `active`. */
export function useNow(everyMs: number, active = true): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!active) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, active]);
  return now;
}
