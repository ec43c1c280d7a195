import { faceNumber, formatValue } from "../../telemetry/format-value.ts";
import styles from "./chart.module.css";
import type { ChartAxis, ChartColumns, ChartLine } from "./chart-lines.ts";
import { colourOf, markText, valueText } from "./plot.ts";

interface ChartLegendProps {
  readonly lines: readonly ChartLine[];
  readonly columns: ChartColumns;
  readonly axis: ChartAxis;
  /** Of the crosshair. */
  readonly place: number | null;
  readonly hidden: ReadonlySet<string>;
  readonly isDark: boolean;
  readonly onToggle: (key: string) => void;
}

/** Names, and values where the crosshair is or else the last ones; a press hides a line. */
export function ChartLegend({ lines, columns, axis, place, hidden, isDark, onToggle }: ChartLegendProps) {
  const at = place === null ? undefined : columns.x[place];
  return (
    <ul className={styles.legend}>
      {lines.map((line, index) => (
        <li key={line.key}>
          <button
            type="button"
            className={styles.entry}
            aria-pressed={!hidden.has(line.key)}
            title={hidden.has(line.key) ? "Show this line" : "Hide this line"}
            onClick={() => onToggle(line.key)}
          >
            <svg width="18" height="8" aria-hidden="true">
              <path
                d="M1 4h16"
                stroke={colourOf(line.style, isDark)}
                strokeWidth={2.5}
                strokeOpacity={line.isFaint ? 0.6 : 1}
                strokeDasharray={line.style.dash.join(" ")}
              />
            </svg>
            <span className={styles.name}>{line.label}</span>
            <span className={styles.value}>
              {at === undefined ? lastOf(line) : valueText(nearest(columns.lines[index]?.last, place ?? 0))}
            </span>
          </button>
        </li>
      ))}
      <li className={styles.at} aria-hidden="true">
        {at === undefined ? "" : `${axis === "step" ? "step " : ""}${markText(at, axis)}`}
      </li>
    </ul>
  );
}

function lastOf({ view }: ChartLine): string {
  const last = view.last.at(-1);
  if (last === undefined) return "";
  // A place without a finite value says which it is.
  if (!Number.isFinite(last)) return formatValue(view.notFinite.at(-1)?.value ?? "NaN");
  return formatValue(faceNumber(last));
}

/** Where this line has no point at the place, the one before it. */
function nearest(column: readonly (number | null | undefined)[] | undefined, place: number) {
  for (let at = place; at >= 0; at--) if (column?.[at] !== undefined) return column[at];
  return undefined;
}
