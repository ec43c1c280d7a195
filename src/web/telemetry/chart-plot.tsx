import "uplot/dist/uPlot.min.css";
import { type Ref, useEffect, useId, useImperativeHandle, useMemo, useRef, useState } from "react";
import { chartWords } from "../../telemetry/fallback/chart-text.ts";
import type { Look } from "../outputs/frame/protocol.ts";
import styles from "./chart.module.css";
import type { ChartColumns, ChartLine, ColumnOptions } from "./chart-lines.ts";
import { moved } from "./chart-state.ts";
import { markText, Plot, type Range, valueText } from "./plot.ts";

export interface ChartPlotHandle {
  plot(): Plot | null;
}

interface ChartPlotProps {
  readonly ref: Ref<ChartPlotHandle>;
  readonly lines: readonly ChartLine[];
  readonly columns: ChartColumns;
  readonly options: ColumnOptions;
  readonly hidden: ReadonlySet<string>;
  readonly range: Range | null;
  readonly look: Look;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly onZoom: (range: Range | null) => void;
  readonly onPlace: (place: number | null) => void;
}

/** The plot, and its keys: arrows point, with Shift they move the part that is seen; + − 0 zoom. */
export function ChartPlot(props: ChartPlotProps) {
  const { ref, lines, columns, options, hidden, range, look, width, height, label } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const pointed = useRef<number | null>(null);
  const now = useRef(props);
  now.current = props;
  const [said, setSaid] = useState("");
  const helpId = useId();
  useImperativeHandle(ref, () => ({ plot: () => plot.current }), []);

  const shape = JSON.stringify([
    ...[options.axis, options.isLogX, options.isLogY, options.smoothing > 0, look.isDark],
    lines.map(({ key, label: name, style, isFaint }) => ({ key, label: name, style, isFaint })),
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says what a plot is made of.
  useEffect(() => {
    if (!place.current || width === 0) return;
    const { lines: drawn, options: asked, look: theme } = now.current;
    const made = new Plot(
      place.current,
      { width, height },
      { ...asked, isSmooth: asked.smoothing > 0, isDark: theme.isDark, tokens: theme.tokens, lines: drawn },
      {
        onZoom: (next) => now.current.onZoom(next),
        onCursor: (at) => {
          pointed.current = at;
          now.current.onPlace(at);
        },
      },
    );
    plot.current = made;
    made.setHidden(now.current.hidden);
    made.setData(now.current.columns, now.current.range);
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [shape, width > 0]);
  useEffect(() => plot.current?.setData(columns, range), [columns, range]);
  useEffect(() => plot.current?.setHidden(hidden), [hidden]);
  useEffect(() => {
    if (width > 0) plot.current?.setSize(width, height);
  }, [width, height]);

  const words = useMemo(
    () =>
      chartWords(
        { runId: "", series: [label], axis: options.axis === "step" ? "step" : "time" },
        lines.map(({ view }) => view),
      ),
    [label, lines, options.axis],
  );

  const point = (by: number): boolean => {
    const from = pointed.current ?? (by > 0 ? -1 : columns.x.length);
    const at = Math.min(columns.x.length - 1, Math.max(0, from + by));
    plot.current?.pointAt(at);
    const values = lines
      .map((line, index) => [line, columns.lines[index]?.last[at]] as const)
      .filter(([line, value]) => !hidden.has(line.key) && value !== undefined)
      .map(([line, value]) => `${line.label} ${valueText(value)}`);
    setSaid(`${markText(columns.x[at] ?? 0, options.axis)}: ${values.join(", ")}`);
    return true;
  };
  const zoom = (by: number, factor: number): boolean => {
    const seen = plot.current?.seen();
    if (seen) props.onZoom(moved(seen, by, factor));
    return true;
  };
  const act = (key: string): boolean => {
    switch (key) {
      case "ArrowLeft":
        return point(-1);
      case "ArrowRight":
        return point(1);
      case "PageUp":
        return point(-20);
      case "PageDown":
        return point(20);
      case "Home":
        return point(-columns.x.length);
      case "End":
        return point(columns.x.length);
      case "Shift+ArrowLeft":
        return zoom(-0.25, 1);
      case "Shift+ArrowRight":
        return zoom(0.25, 1);
      case "+":
      case "=":
        return zoom(0, 0.5);
      case "-":
        return zoom(0, 2);
      case "0":
        props.onZoom(null);
        return true;
      default:
        return false;
    }
  };

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a part of the page with keys of its own, no set of fields. */}
      <div
        ref={place}
        className={styles.plot}
        style={{ height }}
        role="group"
        aria-label={words}
        aria-describedby={helpId}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it has keys.
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const name = event.shiftKey && event.key.startsWith("Arrow") ? `Shift+${event.key}` : event.key;
          if (!act(name)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onBlur={() => plot.current?.pointAt(null)}
        onWheel={(event) => {
          // Sideways only: what goes up and down is the page.
          if (Math.abs(event.deltaX) <= Math.abs(event.deltaY) || range === null) return;
          zoom(event.deltaX / Math.max(200, width), 1);
        }}
      />
      <span id={helpId} className="visually-hidden">
        Arrows go from point to point, with Shift they move along the axis; plus and minus zoom, 0 shows all.
      </span>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
