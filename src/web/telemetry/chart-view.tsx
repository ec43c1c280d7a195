import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { ChartFace } from "../../telemetry/faces.ts";
import { useKept } from "../notebook/kept-state.ts";
import { useLook } from "../outputs/frame/use-look.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useStore } from "../session/store.ts";
import { useIsNear } from "../session/use-outputs.ts";
import styles from "./chart.module.css";
import { ChartBar } from "./chart-bar.tsx";
import { ChartLegend } from "./chart-legend.tsx";
import { type ChartAxis, chartColumns } from "./chart-lines.ts";
import { ChartPlot, type ChartPlotHandle } from "./chart-plot.tsx";
import { zooms, zoomTo } from "./chart-state.ts";
import { ChartTable } from "./chart-table.tsx";
import { CompareDialog } from "./compare-dialog.tsx";
import { chartSaves } from "./save-chart.ts";
import { type ComparedRun, useChartLines } from "./use-chart-lines.ts";

interface ChartViewProps {
  readonly face: ChartFace;
  readonly fallback: ReactNode;
  /** In a dialog of its own. */
  readonly isAlone?: boolean;
}

const NONE: readonly string[] = [];

export function ChartView({ face, fallback, isAlone = false }: ChartViewProps) {
  const root = useRef<HTMLElement>(null);
  const plot = useRef<ChartPlotHandle>(null);
  const isNear = useIsNear(root) || isAlone;
  const [axis, setAxis] = useKept<ChartAxis>("chart axis", face.axis);
  const [isLogX, setLogX] = useKept("chart log x", false);
  const [isLogY, setLogY] = useKept("chart log y", false);
  const [smoothing, setSmoothing] = useKept("chart smoothing", 0);
  const [hidden, setHidden] = useKept<readonly string[]>("chart hidden", NONE);
  const [compared, setCompared] = useKept<readonly ComparedRun[]>("chart compared", []);
  const [isTable, setTable] = useKept("chart table", false);
  const [opened, setOpened] = useState<"alone" | "compare" | null>(null);
  const [place, setPlace] = useState<number | null>(null);
  const [width, setWidth] = useState(0);
  const range = useStore(zooms)[axis];
  const look = useLook();
  const { lines, isMissing, isRead } = useChartLines(face, axis, range, width, compared, isNear);
  const columns = useMemo(
    () => chartColumns(lines, { axis, isLogX: isLogX && axis !== "time", isLogY, smoothing }),
    [lines, axis, isLogX, isLogY, smoothing],
  );
  const hiddenKeys = useMemo(() => new Set(hidden), [hidden]);

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    // In steps, so that a window that is drawn bigger does not ask anew at each pixel.
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth / 4) * 4));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  if (isMissing) {
    return (
      <figure className={styles.kept}>
        {fallback}
        <figcaption className={styles.note}>
          This run’s points are not kept where this notebook is served: this is the picture that the notebook
          has.
        </figcaption>
      </figure>
    );
  }
  const title = face.series.join(", ");
  const saves = chartSaves(face, lines, hiddenKeys, () => plot.current?.plot() ?? null, look);
  return (
    <section ref={root} className={styles.chart} aria-label={`Chart of ${title}`} data-telemetry="chart">
      <ChartBar
        axis={axis}
        isLogX={isLogX}
        isLogY={isLogY}
        smoothing={smoothing}
        isZoomed={range !== null}
        isTable={isTable}
        compared={compared.length}
        saves={saves}
        onAxis={setAxis}
        onLogX={setLogX}
        onLogY={setLogY}
        onSmoothing={setSmoothing}
        onReset={() => zoomTo(axis, null)}
        onTable={setTable}
        onCompare={() => setOpened("compare")}
        onAlone={isAlone ? null : () => setOpened("alone")}
      />
      {isRead || isAlone ? (
        <>
          <ChartLegend
            lines={lines}
            columns={columns}
            axis={axis}
            place={place}
            hidden={hiddenKeys}
            isDark={look.isDark}
            onToggle={(key) =>
              setHidden(hiddenKeys.has(key) ? hidden.filter((one) => one !== key) : [...hidden, key])
            }
          />
          <ChartPlot
            ref={plot}
            lines={lines}
            columns={columns}
            options={{ axis, isLogX: isLogX && axis !== "time", isLogY, smoothing }}
            hidden={hiddenKeys}
            range={range}
            look={look}
            width={width}
            height={isAlone ? Math.max(260, window.innerHeight - 260) : 280}
            label={title}
            onZoom={(next) => zoomTo(axis, next)}
            onPlace={setPlace}
          />
          {columns.leftOut > 0 && (
            <p className={styles.note}>
              {columns.leftOut.toLocaleString("en")} places are not above 0: a logarithmic axis cannot show
              them.
            </p>
          )}
          {isTable && <ChartTable lines={lines} columns={columns} axis={axis} hidden={hiddenKeys} />}
        </>
      ) : (
        <div className={styles.before} aria-busy="true">
          {fallback}
        </div>
      )}
      {opened === "alone" && (
        <Dialog title={title} full onClose={() => setOpened(null)}>
          <ChartView face={face} fallback={fallback} isAlone />
        </Dialog>
      )}
      {opened === "compare" && (
        <CompareDialog
          runId={face.runId}
          chosen={compared}
          onChange={setCompared}
          onClose={() => setOpened(null)}
        />
      )}
    </section>
  );
}
