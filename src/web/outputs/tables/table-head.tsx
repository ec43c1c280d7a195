import { useRef } from "react";
import { HEAD_ROW } from "./frame-html.ts";
import { headLevel, isRight, type LaidColumn, nameOf } from "./table-columns.ts";
import type { TableState } from "./table-state.ts";
import styles from "./tables.module.css";

interface TableHeadProps {
  readonly gridId: string;
  readonly columns: readonly LaidColumn[];
  readonly levels: number;
  readonly levelNames: readonly string[];
  readonly state: TableState;
  readonly activeColumn: number | null;
  readonly onResize: (column: number, width: number) => void;
  readonly onType: (column: number, text: string) => void;
}

/** The header stays in view: levels above, then the columns' names, which sort, then what filters them. */
export function TableHead(props: TableHeadProps) {
  const { columns, levels, levelNames, state } = props;
  const lastIndex = columns.findLast(({ isIndex }) => isIndex)?.place ?? -1;
  return (
    <thead>
      {Array.from({ length: levels - 1 }, (_, level) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place.
        <tr key={level} aria-rowindex={level + 1}>
          {headLevel(columns, level).map(({ label, span, place }) => {
            const first = columns[place];
            const text = place === lastIndex ? (levelNames[level] ?? "") : label;
            return (
              <th
                key={place}
                scope="colgroup"
                colSpan={span}
                className={`${styles.head} ${styles.group} ${first?.left === null ? "" : styles.stuck}`}
                style={{ top: level * HEAD_ROW, ...leftOf(first) }}
                title={text}
              >
                {text}
              </th>
            );
          })}
        </tr>
      ))}
      <tr aria-rowindex={levels}>
        {columns.map((column, at) => (
          <HeadCell key={column.column} {...props} column={column} at={at} lastIndex={lastIndex} />
        ))}
      </tr>
      {state.showsFilters && (
        <tr>
          {columns.map((column) => (
            <td
              key={column.column}
              className={`${styles.filterCell} ${column.left === null ? "" : styles.stuck}`}
              style={{ top: levels * HEAD_ROW, ...leftOf(column) }}
            >
              <input
                type="text"
                className={styles.filter}
                aria-label={`Filter ${nameOf(column)}`}
                placeholder={column.kind === "number" ? "> 0" : column.kind === "time" ? ">= 2026" : "holds"}
                value={state.typed[column.column] ?? ""}
                onChange={(event) => props.onType(column.column, event.target.value)}
              />
            </td>
          ))}
        </tr>
      )}
    </thead>
  );
}

function leftOf(column: LaidColumn | undefined): React.CSSProperties {
  return column === undefined || column.left === null ? {} : { left: column.left };
}

interface HeadCellProps extends TableHeadProps {
  readonly column: LaidColumn;
  readonly at: number;
  readonly lastIndex: number;
}

function HeadCell({
  gridId,
  column,
  at,
  lastIndex,
  levels,
  levelNames,
  state,
  activeColumn,
  onResize,
}: HeadCellProps) {
  const own = column.labels.at(-1) ?? "";
  // The last level's name stands over the index where the index has none of its own.
  const label = own === "" && at === lastIndex ? (levelNames[levels - 1] ?? "") : own;
  const sorted = state.sort.find((one) => one.column === column.column);
  const rank = state.sort.length > 1 && sorted ? state.sort.indexOf(sorted) + 1 : null;
  const direction = sorted === undefined ? "none" : sorted.descending ? "descending" : "ascending";
  const signed = (
    <span className={styles.sign} aria-hidden="true">
      {sorted ? (sorted.descending ? "↓" : "↑") : ""}
      {rank}
    </span>
  );
  return (
    <th
      id={`${gridId}:-1:${at}`}
      scope="col"
      aria-sort={direction}
      aria-colindex={at + 1}
      className={[
        styles.head,
        column.left === null ? "" : styles.stuck,
        isRight(column) ? styles.right : "",
        activeColumn === at ? styles.active : "",
        sorted ? styles.sorted : "",
      ].join(" ")}
      style={{ top: (levels - 1) * HEAD_ROW, ...leftOf(column) }}
      title={[nameOf(column), column.dtype].filter((part) => part !== "").join(" · ")}
    >
      {isRight(column) ? signed : null}
      <span className={styles.name}>
        {label === "" ? <span className="visually-hidden">{nameOf(column)}</span> : label}
      </span>
      {isRight(column) ? null : signed}
      <ResizeHandle width={column.width} onResize={(width) => onResize(column.column, width)} />
    </th>
  );
}

/** For a pointer; by keyboard, the grid's own keys do the same. */
function ResizeHandle({ width, onResize }: { width: number; onResize: (width: number) => void }) {
  const start = useRef<{ readonly x: number; readonly width: number } | null>(null);
  return (
    <span
      className={styles.handle}
      aria-hidden="true"
      onClick={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (start.current) onResize(start.current.width + event.clientX - start.current.x);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
    />
  );
}
