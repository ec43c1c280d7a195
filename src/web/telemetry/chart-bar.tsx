import { Button } from "../parts/button.tsx";
import { MoreIcon } from "../parts/icons.tsx";
import { Menu, type MenuItem } from "../parts/menu.tsx";
import styles from "./chart.module.css";
import type { ChartAxis } from "./chart-lines.ts";

interface ChartBarProps {
  readonly axis: ChartAxis;
  readonly isLogX: boolean;
  readonly isLogY: boolean;
  readonly smoothing: number;
  readonly isZoomed: boolean;
  readonly isTable: boolean;
  readonly compared: number;
  readonly saves: readonly MenuItem[];
  readonly onAxis: (axis: ChartAxis) => void;
  readonly onLogX: (on: boolean) => void;
  readonly onLogY: (on: boolean) => void;
  readonly onSmoothing: (weight: number) => void;
  readonly onReset: () => void;
  readonly onTable: (on: boolean) => void;
  readonly onCompare: () => void;
  /** Null: it is alone already. */
  readonly onAlone: (() => void) | null;
}

/** How a chart is looked at. */
export function ChartBar(props: ChartBarProps) {
  const { axis, isLogX, isLogY, smoothing, isZoomed, isTable, compared, saves, onAlone } = props;
  return (
    <div className={styles.bar}>
      <label className={styles.control}>
        <span className="visually-hidden">Axis</span>
        <select value={axis} onChange={(event) => props.onAxis(event.target.value as ChartAxis)}>
          <option value="step">By step</option>
          <option value="time">By time</option>
          <option value="relative">Since the start</option>
        </select>
      </label>
      <label className={styles.control}>
        <input type="checkbox" checked={isLogY} onChange={(event) => props.onLogY(event.target.checked)} />
        log y
      </label>
      {axis !== "time" && (
        <label className={styles.control}>
          <input type="checkbox" checked={isLogX} onChange={(event) => props.onLogX(event.target.checked)} />
          log x
        </label>
      )}
      <label className={styles.control}>
        smooth
        <input
          type="range"
          className={styles.slider}
          min={0}
          max={0.99}
          step={0.01}
          value={smoothing}
          onChange={(event) => props.onSmoothing(Number(event.target.value))}
        />
        <span className={styles.weight}>{smoothing === 0 ? "off" : smoothing.toFixed(2)}</span>
      </label>
      <span className={styles.gap} />
      {isZoomed && (
        <Button look="quiet" keys="0" title="All charts of this axis show all again" onClick={props.onReset}>
          Show all
        </Button>
      )}
      <Menu
        label="Chart: compare, table, save"
        groups={[
          [
            {
              label: compared === 0 ? "Compare with other runs …" : `Compared runs (${compared}) …`,
              onSelect: props.onCompare,
            },
            {
              label: isTable ? "Hide the table" : "Show as a table, too",
              onSelect: () => props.onTable(!isTable),
            },
            ...(onAlone ? [{ label: "Open alone", onSelect: onAlone }] : []),
          ],
          saves,
        ]}
      >
        <MoreIcon />
      </Menu>
    </div>
  );
}
