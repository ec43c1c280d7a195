/** The rows of a table that are to be drawn: those of the output, or those of its frame in the kernel. */
import { useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { FrameAnswer } from "../../../api/frames.ts";
import { KeptScope } from "../../notebook/kept-state.ts";
import { api } from "../../session/api.ts";
import { useModel, useSession } from "../../session/hooks.ts";
import { FramePages } from "./frame-pages.ts";
import { heldView, isPlain, type TableQuery } from "./held-view.ts";
import type { Column, HeldTable } from "./table-model.ts";
import type { TableState } from "./table-state.ts";

export type AskFrame = (part: {
  readonly from: number;
  readonly to: number;
  readonly text?: "csv" | "tsv";
}) => Promise<FrameAnswer>;

export interface FrameRows {
  readonly columns: readonly Column[];
  readonly index: readonly Column[];
  readonly levelNames: readonly string[];
  /** Of the whole table. */
  readonly size: { readonly rows: number; readonly columns: number };
  /** Rows that pass the filters (where rows are left out, and nothing is asked, with one for these). */
  readonly count: number;
  /** The place where rows are left out; null: nowhere. */
  readonly gapAt: number | null;
  /** Undefined: on its way. */
  row(at: number): readonly string[] | undefined;
  want(from: number, to: number): void;
  readonly isLive: boolean;
  readonly isWaiting: boolean;
  readonly name: string | null;
  readonly problem: FramePages["problem"];
}

export const SHOWN_COLUMNS = 200;

/** Whether the kernel can be asked for all rows; else why not. */
export function useKernelRefusal(): string | null {
  return useSession(({ kernel, rights, connection }) => {
    if (!rights.execute) return "You may look at this notebook, but not ask its kernel.";
    if (connection !== "online") return "The server is not there.";
    if (kernel.state === "none" || kernel.state === "dead")
      return "There is no kernel (any more): run the cell again to have all rows.";
    if (kernel.language !== null && kernel.language.toLowerCase() !== "python")
      return "This kernel cannot page through tables.";
    return null;
  });
}

export function useAskFrame(state: Pick<TableState, "asIs" | "columnsFrom">, query: TableQuery): AskFrame {
  const model = useModel();
  const scope = useContext(KeptScope);
  const { asIs, columnsFrom } = state;
  return useMemo(() => {
    const cut = scope.lastIndexOf("/");
    const place = { cellId: scope.slice(0, cut), output: Number(scope.slice(cut + 1)) };
    return ({ from, to, text }) =>
      api.frame(model.notebookId, {
        ...place,
        from,
        to,
        asIs,
        sort: [...query.sort],
        filters: [...query.filters],
        search: query.search,
        columns: [columnsFrom, columnsFrom + SHOWN_COLUMNS],
        ...(text !== undefined && { text }),
      });
  }, [model, scope, asIs, columnsFrom, query]);
}

/** @param startAt the row that is looked at first. */
export function useFrameRows(
  table: HeldTable,
  query: TableQuery,
  isLive: boolean,
  ask: AskFrame,
  startAt: number,
): FrameRows {
  const held = useMemo(() => heldRows(table, query), [table, query]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: where it begins is asked once.
  const pages = useMemo(
    () => (isLive ? new FramePages((from, to) => ask({ from, to }), startAt) : null),
    [isLive, ask],
  );
  useEffect(() => () => pages?.close(), [pages]);
  const version = useSyncExternalStore(pages?.subscribe ?? NEVER, () => pages?.version ?? 0);
  const before = useRef<FrameRows>(held);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the pages tell by their version that more has come.
  const rows = useMemo(() => {
    if (pages === null) return held;
    // What was there stays until the first rows have come.
    if (pages.page === null) {
      const was = pages.problem === null ? before.current : held;
      const want = (from: number, to: number): void => pages.want(from, to);
      return { ...was, want, isWaiting: pages.problem === null, problem: pages.problem };
    }
    return liveRows(pages);
  }, [pages, version, held]);
  useEffect(() => {
    before.current = rows;
  }, [rows]);
  return rows;
}

const NEVER = (): (() => void) => () => undefined;

function heldRows(table: HeldTable, query: TableQuery): FrameRows {
  const { columns, index, levelNames, shape } = table;
  const plain = isPlain(query);
  const view = heldView(table, query);
  const gapAt = plain ? table.gapAt : null;
  const at = (place: number): number => (gapAt !== null && place > gapAt ? place - 1 : place);
  return {
    columns,
    index,
    levelNames,
    size: shape ?? { rows: table.rows.length, columns: columns.length },
    count: view.length + (gapAt === null ? 0 : 1),
    gapAt,
    row: (place) => (place === gapAt ? undefined : table.rows[view[at(place)] ?? -1]),
    want: () => undefined,
    isLive: false,
    isWaiting: false,
    name: null,
    problem: null,
  };
}

function liveRows(pages: FramePages): FrameRows {
  const { page } = pages;
  if (page === null) throw new Error("Nothing has come yet.");
  return {
    columns: page.header,
    index: page.index,
    levelNames: page.names,
    size: { rows: page.rows, columns: page.columns },
    count: page.shown,
    gapAt: null,
    row: (at) => pages.row(at),
    want: (from, to) => pages.want(from, to),
    isLive: true,
    isWaiting: false,
    name: page.name,
    problem: pages.problem,
  };
}
