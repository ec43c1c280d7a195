import { memo } from "react";
import { ROW } from "./frame-html.ts";
import { type GridPlace, type GridRange, isIn } from "./grid-moves.ts";
import { isRight, type LaidColumn } from "./table-columns.ts";
import { isMissing } from "./table-model.ts";
import styles from "./tables.module.css";
import type { FrameRows } from "./use-frame-rows.ts";

interface TableBodyProps {
  readonly gridId: string;
  readonly columns: readonly LaidColumn[];
  readonly rows: FrameRows;
  readonly from: number;
  readonly to: number;
  /** Pixels above the first of these rows. */
  readonly offset: number;
  /** Pixels of all rows. */
  readonly height: number;
  readonly levels: number;
  readonly active: GridPlace;
  readonly range: GridRange | null;
  readonly hiddenRows: number;
  readonly refusal: string | null;
  readonly onGap: () => void;
}

/** The rows in view, between two fillers as high as those that are not. */
export function TableBody(props: TableBodyProps) {
  const { gridId, columns, rows, from, to, offset, height, levels, active, range } = props;
  const below = Math.max(0, height - offset - (to - from) * ROW);
  return (
    <tbody>
      <Filler height={offset} />
      {Array.from({ length: Math.max(0, to - from) }, (_, index) => {
        const at = from + index;
        if (at === rows.gapAt) return <GapRow key="gap" {...props} at={at} />;
        const isChosen = range !== null && at >= range.from.row && at <= range.to.row;
        return (
          <TableRow
            key={at}
            id={`${gridId}:${at}`}
            at={at}
            rowIndex={rowIndexOf(props, at) + levels + 1}
            cells={rows.row(at)}
            columns={columns}
            activeColumn={active.row === at ? active.column : null}
            range={isChosen ? range : null}
          />
        );
      })}
      <Filler height={below} />
    </tbody>
  );
}

/** Rows behind the gap have the numbers that they have in the whole table. */
function rowIndexOf({ rows, hiddenRows }: TableBodyProps, at: number): number {
  return rows.gapAt !== null && at > rows.gapAt ? at - 1 + hiddenRows : at;
}

function Filler({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus.
    <tr aria-hidden="true" style={{ height }}>
      <td className={styles.filler} />
    </tr>
  );
}

function GapRow({
  gridId,
  columns,
  active,
  hiddenRows,
  refusal,
  onGap,
  at,
  levels,
}: TableBodyProps & { at: number }) {
  const count = hiddenRows > 0 ? `${hiddenRows.toLocaleString("en")} more rows` : "more rows";
  return (
    <tr aria-rowindex={at + levels + 1} className={styles.gap}>
      <td
        id={`${gridId}:${at}:${active.row === at ? active.column : 0}`}
        colSpan={columns.length}
        className={active.row === at ? styles.active : undefined}
      >
        <button
          type="button"
          tabIndex={-1}
          disabled={refusal !== null}
          title={refusal ?? undefined}
          onClick={onGap}
        >
          {refusal === null ? `${count}: scroll, sort and filter all` : count}
        </button>
      </td>
    </tr>
  );
}

interface TableRowProps {
  readonly id: string;
  readonly at: number;
  readonly rowIndex: number;
  readonly cells: readonly string[] | undefined;
  readonly columns: readonly LaidColumn[];
  readonly activeColumn: number | null;
  readonly range: GridRange | null;
}

const TableRow = memo(
  function TableRow({ id, at, rowIndex, cells, columns, activeColumn, range }: TableRowProps) {
    return (
      <tr aria-rowindex={rowIndex} className={styles.row}>
        {columns.map((column, place) => {
          const text = cells?.[column.place];
          const isChosen = range !== null && isIn(range, at, place);
          const Cell = column.isIndex ? "th" : "td";
          return (
            <Cell
              key={column.column}
              id={`${id}:${place}`}
              {...(column.isIndex ? { scope: "row" } : {})}
              aria-colindex={place + 1}
              aria-selected={isChosen}
              title={text !== undefined && text.length * 7 > column.width - 20 ? text : undefined}
              className={[
                isRight(column) ? styles.right : "",
                column.left === null ? "" : styles.stuck,
                text !== undefined && isMissing(text) ? styles.missing : "",
                isChosen ? styles.chosen : "",
                activeColumn === place ? styles.active : "",
              ].join(" ")}
              style={column.left === null ? undefined : { left: column.left }}
            >
              {text ?? "…"}
            </Cell>
          );
        })}
      </tr>
    );
  },
  (before, after) =>
    before.cells === after.cells &&
    before.columns.length === after.columns.length &&
    before.columns.every((column, at) => sameColumn(column, after.columns[at])) &&
    before.activeColumn === after.activeColumn &&
    before.rowIndex === after.rowIndex &&
    sameRange(before.range, after.range),
);

function sameColumn(a: LaidColumn, b: LaidColumn | undefined): boolean {
  return a.column === b?.column && a.width === b.width && a.left === b.left && a.kind === b.kind;
}

function sameRange(a: GridRange | null, b: GridRange | null): boolean {
  return (
    a === b || (a !== null && b !== null && a.from.column === b.from.column && a.to.column === b.to.column)
  );
}
