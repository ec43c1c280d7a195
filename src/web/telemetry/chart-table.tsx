import styles from "./chart.module.css";
import type { ChartAxis, ChartColumns, ChartLine } from "./chart-lines.ts";
import { markText, valueText } from "./plot.ts";

/** More are not read row by row; they are in the file. */
const ROWS = 200;

/** What is drawn, as numbers. */
export function ChartTable({
  lines,
  columns,
  axis,
  hidden,
}: {
  readonly lines: readonly ChartLine[];
  readonly columns: ChartColumns;
  readonly axis: ChartAxis;
  readonly hidden: ReadonlySet<string>;
}) {
  const shown = lines.map((line, index) => ({ line, index })).filter(({ line }) => !hidden.has(line.key));
  const step = Math.max(1, Math.ceil(columns.x.length / ROWS));
  const places = columns.x
    .map((_, place) => place)
    .filter((place) => place % step === 0 || place === columns.x.length - 1);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a region that scrolls, as WCAG's technique for it wants it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <div className={styles.tableView} role="group" aria-label="Values of the chart" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{axis === "step" ? "step" : "time"}</th>
            {shown.map(({ line }) => (
              <th key={line.key} scope="col">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={columns.x[place]}>
              <th scope="row">{markText(columns.x[place] ?? 0, axis)}</th>
              {shown.map(({ line, index }) => (
                <td key={line.key}>{cellText(columns, index, place)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where points were gathered: the last of them, and between what they lay. */
function cellText(columns: ChartColumns, index: number, place: number): string {
  const line = columns.lines[index];
  const last = line?.last[place];
  if (last === undefined) return "";
  const [min, max] = [line?.min[place], line?.max[place]];
  const range =
    typeof min === "number" && typeof max === "number" && min !== max
      ? ` (${valueText(min)} to ${valueText(max)})`
      : "";
  return `${valueText(last)}${range}`;
}
