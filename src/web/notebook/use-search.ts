/** The search over the notebook as it stands: what is asked, what was found, where one is. */
import { useCallback, useEffect, useState } from "react";
import type { CellSnapshot } from "../../document/live-notebook.ts";
import type { CellId } from "../../util/ids.ts";
import { useModel } from "../session/hooks.ts";
import {
  compileQuery,
  EMPTY_QUERY,
  type FindQuery,
  type FindResult,
  type Found,
  findAll,
} from "./find-text.ts";
import { usePage } from "./page-context.ts";

/** A change of the notebook is searched when it has been quiet for so long. */
const QUIET_MS = 250;
const NOTHING: FindResult = { found: [], isCut: false };

export interface Search {
  readonly query: FindQuery;
  readonly result: FindResult;
  /** Index in `result.found`. */
  readonly at: number;
  readonly now: Found | null;
  /** What is wrong with the expression. */
  readonly problem: string | null;
  readonly cells: () => readonly CellSnapshot[];
  /** Asks for something else, and goes to the first place from where one is. */
  ask(change: Partial<FindQuery>): void;
  /** To the place of this index; over an end one comes to the other. */
  go(index: number): void;
  /** After an edit: found anew, at the same place or the next one. */
  again(): void;
}

export function useSearch(): Search {
  const page = usePage();
  const model = useModel();
  const [query, setQuery] = useState(EMPTY_QUERY);
  const [result, setResult] = useState(NOTHING);
  const [at, setAt] = useState(0);
  const cells = useCallback(() => model.cellIds().flatMap((id) => model.cell(id) ?? []), [model]);

  const goIn = ({ found }: FindResult, index: number): void => {
    const to = found[(index + found.length) % Math.max(1, found.length)];
    setAt(to ? found.indexOf(to) : 0);
    if (!to) return;
    page.select(to.cellId);
    page.folding.reveal(to.cellId, to.where);
    page.show(to.cellId);
  };

  const ask = (change: Partial<FindQuery>): void => {
    const wanted = { ...query, ...change };
    setQuery(wanted);
    const next = findAll(cells(), wanted);
    setResult(next);
    const places = new Map(model.cellIds().map((id, index) => [id, index]));
    const placeOf = (id: CellId | null): number => (id === null ? 0 : (places.get(id) ?? 0));
    const here = placeOf(page.ui.get().active);
    const first = next.found.findIndex(({ cellId }) => placeOf(cellId) >= here);
    goIn(next, first === -1 ? 0 : first);
  };

  const again = (): void => {
    const next = findAll(cells(), query);
    setResult(next);
    goIn(next, Math.min(at, Math.max(0, next.found.length - 1)));
  };

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = model.live.onChange(() => {
      clearTimeout(timer);
      timer = setTimeout(() => setResult(findAll(cells(), query)), QUIET_MS);
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [model, query, cells]);

  const made = compileQuery(query);
  return {
    query,
    result,
    at,
    now: result.found[at] ?? null,
    problem: made.ok ? null : made.problem,
    cells,
    ask,
    go: (index) => goIn(result, index),
    again,
  };
}
