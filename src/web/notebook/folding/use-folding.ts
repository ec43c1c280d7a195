import { useCallback, useSyncExternalStore } from "react";
import type { CellId } from "../../../util/ids.ts";
import { usePage } from "../page-context.ts";
import type { FoldPart } from "./fold-marks.ts";

/** The cells that no folded section hides. */
export function useShownIds(): readonly CellId[] {
  const { folding } = usePage();
  return useSyncExternalStore(folding.subscribe, folding.shownIds);
}

export function useIsFolded(id: CellId, part: FoldPart): boolean {
  const { folding } = usePage();
  const read = useCallback(() => folding.isFolded(id, part), [folding, id, part]);
  return useSyncExternalStore(folding.subscribe, read);
}

/** How many cells a heading hides; 0: none. */
export function useHiddenBy(id: CellId): number {
  const { folding } = usePage();
  const read = useCallback(() => folding.hiddenBy(id), [folding, id]);
  return useSyncExternalStore(folding.subscribe, read);
}
