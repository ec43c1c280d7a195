import { useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { useKept } from "../../notebook/kept-state.ts";
import { useIsWhole } from "../../session/view.ts";
import { scrollScale } from "../stored/scroll-scale.ts";
import { useSteadyWheel } from "../stored/use-steady-wheel.ts";
import { HEAD_ROW, ROW, SEEN_ROWS } from "./frame-html.ts";
import { type GridPlace, moveInGrid, rangeOf } from "./grid-moves.ts";
import { TableBar } from "./table-bar.tsx";
import { TableBody } from "./table-body.tsx";
import { autoWidth, clampWidth, isRight, layColumns } from "./table-columns.ts";
import { useTableCopies } from "./table-copies.ts";
import { TableHead } from "./table-head.tsx";
import { type HeldTable, isCut } from "./table-model.ts";
import { TableNote } from "./table-note.tsx";
import { INITIAL_TABLE, queryOf, sortedBy, type TableState } from "./table-state.ts";
import styles from "./tables.module.css";
import { useAskFrame, useFrameRows, useKernelRefusal } from "./use-frame-rows.ts";

const FILTER_ROW = 34;
const MARGIN_ROWS = 8;
/** On paper, nothing can be scrolled. */
const MAX_WHOLE_ROWS = 500;
/** Keys in a filter wait so long for the next one before the kernel is asked. */
const QUIET_MS = 250;

/** A DataFrame: of the rows that the output holds, or of all in the kernel, those in view are drawn. */
export function FrameTable({ table }: { table: HeldTable }) {
  const [state, keep] = useKept<TableState>("table", INITIAL_TABLE);
  const change = (part: Partial<TableState>): void => keep({ ...state, ...part });
  const refusal = useKernelRefusal();
  const cut = isCut(table);
  const whole = useIsWhole();
  const typed = useQuiet(state);
  const query = useMemo(() => queryOf(typed), [typed]);
  const ask = useAskFrame(state, query);
  const startAt = useRef(0);
  const isLive = state.isLive && refusal === null;
  const rows = useFrameRows(table, query, isLive, ask, startAt.current);

  const view = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [active, setActive] = useState<GridPlace>({ row: -1, column: 0 });
  const [anchor, setAnchor] = useState<GridPlace>(active);
  const gridId = useId().replaceAll(":", "");
  const helpId = useId();

  const auto = useRef(new Map<string, number>());
  const columns = layColumns(
    rows.index,
    rows.columns,
    rows.isLive ? state.columnsFrom : 0,
    (column, labels, place) => {
      const chosen = state.widths[column];
      if (chosen !== undefined) return chosen;
      const key = `${column} ${labels.join(" ")}`;
      const known = auto.current.get(key);
      if (known !== undefined) return known;
      const seen = Array.from({ length: 60 }, (_, at) => rows.row(at)?.[place] ?? "");
      // Rows further down have longer numbers.
      if (column < 0 && rows.index[place]?.kind === "number") seen.push(String(rows.size.rows));
      const width = autoWidth(labels, seen);
      if (rows.row(0) !== undefined) auto.current.set(key, width);
      return width;
    },
  );

  const levels = Math.max(1, rows.columns[0]?.labels.length ?? 1);
  const headHeight = levels * HEAD_ROW + (state.showsFilters ? FILTER_ROW : 0);
  // Its height is that of the unfiltered table: nothing below moves while one types.
  const allRows = isLive ? rows.size.rows : table.rows.length + (table.gapAt === null ? 0 : 1);
  const most = whole && !isLive ? MAX_WHOLE_ROWS : SEEN_ROWS;
  const seenRows = Math.min(most, Math.max(1, allRows));
  const bodyHeight = seenRows * ROW;
  const scale = scrollScale(rows.count, ROW, bodyHeight);
  useSteadyWheel(view, scale.factor);
  const top = Math.floor((Math.max(0, scrollTop) * scale.factor) / ROW);
  const hidden = Math.max(0, scrollTop) * scale.factor - top * ROW;
  const from = Math.max(0, Math.min(top, rows.count) - MARGIN_ROWS);
  const to = Math.min(rows.count, top + seenRows + MARGIN_ROWS);
  const offset = scale.factor === 1 ? from * ROW : Math.max(0, scrollTop - hidden - (top - from) * ROW);
  startAt.current = top;
  useEffect(() => rows.want(from, to), [rows, from, to]);

  const scrollToRow = useCallback(
    (row: number): void => {
      const element = view.current;
      if (!element || row < 0) return;
      const now = element.scrollTop * scale.factor;
      if (row * ROW < now) element.scrollTop = (row * ROW) / scale.factor;
      else if ((row + 1) * ROW > now + bodyHeight)
        element.scrollTop = ((row + 1) * ROW - bodyHeight) / scale.factor;
    },
    [scale.factor, bodyHeight],
  );
  const scrollToColumn = (at: number): void => {
    const element = view.current;
    const column = columns[at];
    if (!element || !column || column.left !== null) return;
    const left = columns.slice(0, at).reduce((sum, { width }) => sum + width, 0);
    const stuck = columns.reduce((sum, { left: stays, width }) => sum + (stays === null ? 0 : width), 0);
    if (left - stuck < element.scrollLeft) element.scrollLeft = left - stuck;
    else if (left + column.width > element.scrollLeft + element.clientWidth)
      element.scrollLeft = left + column.width - element.clientWidth;
  };
  const goTo = (place: GridPlace, extend: boolean): void => {
    setActive(place);
    if (!extend) setAnchor(place);
    scrollToRow(place.row);
    scrollToColumn(place.column);
  };

  const goLive = (part: Partial<TableState> = {}): void => change({ isLive: true, ...part });
  /** Sorting and filtering mean all rows, where they can be had. */
  const changeQuery = (part: Partial<TableState>): void =>
    change({ ...part, ...(cut && refusal === null && { isLive: true }) });
  const sortBy = (at: number, also: boolean): void => {
    const column = columns[at]?.column;
    if (column !== undefined) changeQuery({ sort: sortedBy(state.sort, column, also) });
  };
  const resize = (column: number, width: number): void =>
    change({ widths: { ...state.widths, [column]: clampWidth(width) } });
  const copies = useTableCopies({ rows, columns, ask: cut && refusal === null ? ask : null });
  const range = rangeOf(anchor, active);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    // What is typed above a column is text.
    if (event.target !== event.currentTarget) return;
    const isFar = event.ctrlKey || event.metaKey;
    const at = columns[active.column];
    if (isFar && event.key === "c") {
      event.stopPropagation();
      event.preventDefault();
      if (range !== null) void copies.copyRange(range);
      return;
    }
    if (event.altKey && active.row === -1 && at && /^Arrow(?:Left|Right)$/.test(event.key)) {
      resize(at.column, at.width + (event.key === "ArrowLeft" ? -16 : 16));
    } else if ((event.key === "Enter" || event.key === " ") && active.row === -1) {
      sortBy(active.column, event.shiftKey);
    } else if (event.key === "Enter" && active.row === rows.gapAt && refusal === null) goLive();
    else {
      const next = moveInGrid(active, event.key, isFar, {
        rows: rows.count,
        columns: columns.length,
        page: seenRows,
      });
      if (next === null) return;
      goTo(next, event.shiftKey);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const onClick = (event: React.MouseEvent): void => {
    const cell = event.target instanceof Element ? event.target.closest("th, td") : null;
    const [, row, column] = (cell?.id ?? "").split(":").map(Number);
    if (row === undefined || column === undefined) return;
    goTo({ row, column }, event.shiftKey && row >= 0);
    if (row === -1) sortBy(column, event.shiftKey);
  };

  return (
    <section className={styles.table} aria-label="Table">
      <span id={helpId} className="visually-hidden">
        Arrow keys move from cell to cell, Page Up and Down by a page, Control with Home and End to the first
        and last. In the header, Enter sorts (with Shift, by one more column), Alt with the arrows changes the
        width. Control C copies the chosen cells.
      </span>
      <div
        ref={view}
        className={`${styles.view} ${rows.isWaiting ? styles.waiting : ""}`}
        style={{ maxHeight: headHeight + bodyHeight + 14, minHeight: headHeight + bodyHeight }}
        onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      >
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: WAI-ARIA's grid on its native element.
          role="grid"
          aria-label={rows.name ?? "Table"}
          aria-describedby={helpId}
          aria-rowcount={rows.size.rows + levels}
          aria-colcount={rows.size.columns + rows.index.length}
          aria-multiselectable="true"
          aria-busy={rows.isWaiting}
          aria-activedescendant={`${gridId}:${active.row}:${active.column}`}
          tabIndex={0}
          style={{ width: columns.reduce((sum, { width }) => sum + width, 0) }}
          onClick={onClick}
          onKeyDown={onKeyDown}
        >
          <colgroup>
            {columns.map(({ column, width }) => (
              <col key={column} style={{ width }} />
            ))}
          </colgroup>
          <TableHead
            gridId={gridId}
            columns={columns}
            levels={levels}
            levelNames={rows.levelNames}
            state={state}
            activeColumn={active.row === -1 ? active.column : null}
            onResize={resize}
            onType={(column, text) => changeQuery({ typed: { ...state.typed, [column]: text } })}
          />
          <TableBody
            gridId={gridId}
            columns={columns}
            rows={rows}
            from={from}
            to={to}
            offset={offset}
            height={scale.height}
            levels={levels}
            active={active}
            range={range}
            hiddenRows={rows.size.rows - table.rows.length}
            refusal={refusal}
            onGap={() => goLive()}
          />
        </table>
      </div>
      <TableBar
        table={table}
        rows={rows}
        state={state}
        isCut={cut}
        isLive={isLive}
        refusal={refusal}
        copies={copies}
        rightAligned={columns.map(isRight)}
        onChange={change}
        onQuery={changeQuery}
        onLive={goLive}
      />
      <TableNote rows={rows} refusal={state.isLive ? refusal : null} onAsIs={() => goLive({ asIs: true })} />
    </section>
  );
}

/** What is typed counts when the keys rest; everything else at once. */
function useQuiet(state: TableState): Pick<TableState, "sort" | "typed" | "search"> & TableState {
  const [quiet, setQuiet] = useState(state);
  const isTyping = quiet.typed !== state.typed || quiet.search !== state.search;
  useEffect(() => {
    if (!isTyping) return;
    const timer = setTimeout(() => setQuiet(state), QUIET_MS);
    return () => clearTimeout(timer);
  }, [state, isTyping]);
  const { typed, search } = isTyping ? quiet : state;
  const { sort } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same object as long as what is asked is the same.
  return useMemo(() => ({ ...state, typed, search }), [sort, typed, search]);
}
