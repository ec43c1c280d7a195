import { useMemo, useState } from "react";
import { parseCsv, viewOf } from "./csv.ts";
import styles from "./file-page.module.css";
import { useVirtualRows } from "./use-virtual-rows.ts";

const ROW = 28;

/** A table of a file: sorted by a press on a column, filtered by words; only the rows that are near are drawn. */
export function CsvFile({ text, truncated }: { text: string; truncated: boolean }) {
  const table = useMemo(() => parseCsv(text), [text]);
  const [filter, setFilter] = useState("");
  const [order, setOrder] = useState<{ readonly column: number; readonly descending: boolean } | null>(null);
  const rows = useMemo(() => viewOf(table, filter, order), [table, filter, order]);
  const { box, from, to } = useVirtualRows(rows.length, ROW);
  const press = (column: number): void =>
    setOrder((before) => {
      if (before?.column !== column) return { column, descending: false };
      return before.descending ? null : { column, descending: true };
    });
  return (
    <>
      <div className={styles.textTools}>
        <input
          type="search"
          placeholder="Rows with …"
          aria-label="Show rows with these words"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <span role="status">
          {rows.length.toLocaleString("en")} of {table.rows.length.toLocaleString("en")} rows
          {(truncated || table.truncated) && ", the beginning of the file"}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
      <section ref={box} className={styles.table} tabIndex={0} aria-label="Table">
        <table aria-rowcount={rows.length + 1}>
          <thead>
            <tr>
              {table.header.map((name, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a column has no identity but its place.
                <th key={column} scope="col" aria-sort={sortOf(order, column)}>
                  <button type="button" onClick={() => press(column)}>
                    {name || `column ${column + 1}`}
                    <span aria-hidden="true">
                      {order?.column === column ? (order.descending ? " ↓" : " ↑") : ""}
                    </span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Gap height={from * ROW} />}
            {rows.slice(from, to).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place.
              <tr key={from + index} aria-rowindex={from + index + 2}>
                {table.header.map((_name, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: neither has a cell.
                  <td key={column} title={row[column]}>
                    {row[column]}
                  </td>
                ))}
              </tr>
            ))}
            {to < rows.length && <Gap height={(rows.length - to) * ROW} />}
          </tbody>
        </table>
      </section>
    </>
  );
}

/** Rows that are not drawn. */
function Gap({ height }: { height: number }) {
  return (
    <tr>
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function sortOf(order: { readonly column: number; readonly descending: boolean } | null, column: number) {
  if (order?.column !== column) return "none";
  return order.descending ? "descending" : "ascending";
}
