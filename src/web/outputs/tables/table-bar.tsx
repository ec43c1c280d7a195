import { Button } from "../../parts/button.tsx";
import { MoreIcon } from "../../parts/icons.tsx";
import { Menu } from "../../parts/menu.tsx";
import { isPlain } from "./held-view.ts";
import type { TableCopies } from "./table-copies.ts";
import type { HeldTable } from "./table-model.ts";
import { queryOf, type TableState } from "./table-state.ts";
import styles from "./tables.module.css";
import { type FrameRows, SHOWN_COLUMNS } from "./use-frame-rows.ts";

interface TableBarProps {
  readonly table: HeldTable;
  readonly rows: FrameRows;
  readonly state: TableState;
  readonly isCut: boolean;
  readonly isLive: boolean;
  readonly refusal: string | null;
  readonly copies: TableCopies;
  readonly rightAligned: readonly boolean[];
  readonly onChange: (part: Partial<TableState>) => void;
  readonly onQuery: (part: Partial<TableState>) => void;
  readonly onLive: () => void;
}

/** How much there is of it, and what can be done with it. */
export function TableBar(props: TableBarProps) {
  const { table, rows, state, isCut, isLive, refusal, copies, onChange, onQuery } = props;
  const isAsked = !isPlain(queryOf(state));
  return (
    <div className={styles.bar}>
      <span className={styles.counts} role="status">
        {countText(rows, isCut && !rows.isLive ? table.rows.length : null, isAsked)}
      </span>
      {rows.isLive && rows.size.columns > SHOWN_COLUMNS && (
        <ColumnPager
          from={state.columnsFrom}
          total={rows.size.columns}
          onChange={(columnsFrom) => onChange({ columnsFrom })}
        />
      )}
      {state.showsFilters && (
        <input
          type="text"
          className={styles.search}
          aria-label="Rows that hold"
          placeholder="Rows that hold …"
          value={state.search}
          onChange={(event) => onQuery({ search: event.target.value })}
        />
      )}
      {isCut && !isLive && (
        <Button look="quiet" disabled={refusal !== null} title={refusal ?? undefined} onClick={props.onLive}>
          All rows
        </Button>
      )}
      <Button
        look="quiet"
        aria-pressed={state.showsFilters}
        onClick={() =>
          state.showsFilters
            ? onChange({ showsFilters: false, typed: {}, search: "" })
            : onChange({ showsFilters: true })
        }
      >
        Filter
      </Button>
      <Menu
        label="More for this table"
        className={styles.more}
        groups={[
          [
            { label: "Copy for a spreadsheet", onSelect: () => void copies.copyAll("tsv") },
            { label: "Copy as Markdown", onSelect: () => void copies.copyAll("markdown") },
            { label: "Download as CSV", onSelect: () => void copies.download() },
          ],
          [
            {
              label: "As it was displayed",
              disabled: !isAsked && !state.isLive && Object.keys(state.widths).length === 0,
              onSelect: () =>
                onChange({
                  sort: [],
                  typed: {},
                  search: "",
                  isLive: false,
                  asIs: false,
                  widths: {},
                  columnsFrom: 0,
                }),
            },
          ],
        ]}
      >
        <MoreIcon />
      </Menu>
    </div>
  );
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** @param held rows of a cut table that the output holds; null: all are there. */
function countText(rows: FrameRows, held: number | null, isAsked: boolean): string {
  const whole = `${counted(rows.size.rows, "row")} × ${counted(rows.size.columns, "column")}`;
  if (rows.isWaiting) return `${whole} · asking the kernel …`;
  if (held !== null) {
    const part = isAsked
      ? `${rows.count.toLocaleString("en")} of the ${held.toLocaleString("en")}`
      : held.toLocaleString("en");
    return `${whole} · ${part} in the notebook`;
  }
  return isAsked && rows.count !== rows.size.rows ? `${rows.count.toLocaleString("en")} of ${whole}` : whole;
}

function ColumnPager({
  from,
  total,
  onChange,
}: {
  from: number;
  total: number;
  onChange: (from: number) => void;
}) {
  const to = Math.min(total, from + SHOWN_COLUMNS);
  return (
    <span className={styles.pager}>
      <Button look="quiet" disabled={from === 0} onClick={() => onChange(Math.max(0, from - SHOWN_COLUMNS))}>
        ‹<span className="visually-hidden">Columns before</span>
      </Button>
      columns {(from + 1).toLocaleString("en")}–{to.toLocaleString("en")}
      <Button look="quiet" disabled={to >= total} onClick={() => onChange(from + SHOWN_COLUMNS)}>
        ›<span className="visually-hidden">Columns after</span>
      </Button>
    </span>
  );
}
