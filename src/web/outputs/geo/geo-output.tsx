import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import { Button } from "../../parts/button.tsx";
import { objectOf } from "../frame/spec-object.ts";
import { JsonTree } from "../json-tree.tsx";
import type { RendererProps } from "../renderers.ts";
import styles from "./geo.module.css";
import { type Plane, type PlaneShape, planeOf } from "./geojson.ts";

interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** GeoJSON drawn here, from nothing but itself: no map is fetched. What a shape says of itself is read at it. */
export function GeoOutput({ value, fallback }: RendererProps) {
  const geojson = useMemo(() => objectOf(value), [value]);
  const plane = useMemo(() => planeOf(geojson), [geojson]);
  if (geojson === null || plane === null) return fallback;
  return (
    <>
      <Chart plane={plane} />
      <details className={styles.source}>
        <summary>GeoJSON</summary>
        <JsonTree value={geojson} />
      </details>
    </>
  );
}

function Chart({ plane }: { plane: Plane }) {
  const whole = useMemo(() => wholeOf(plane), [plane]);
  const [view, setView] = useState(whole);
  const [read, setRead] = useState<PlaneShape | null>(null);
  const drag = useRef<{ readonly x: number; readonly y: number; readonly view: Window } | null>(null);
  const zoom = (by: number): void => setView((before) => zoomed(before, by, whole));
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = byKey(event.key, view, whole);
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    setView(next);
  };
  const onPointerMove = (event: PointerEvent<SVGSVGElement>): void => {
    const from = drag.current;
    if (!from || event.buttons !== 1) return;
    const { width } = event.currentTarget.getBoundingClientRect();
    const scale = from.view.width / width;
    setView({
      ...from.view,
      x: from.view.x - (event.clientX - from.x) * scale,
      y: from.view.y - (event.clientY - from.y) * scale,
    });
  };
  // The size of a dot and a stroke stays as it is zoomed.
  const unit = view.width / 640;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; this groups a drawing with its buttons.
    <div className={styles.chart} role="group" aria-label={`Map of ${plane.shapes.length} shapes`}>
      <div
        onKeyDown={onKeyDown}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved and zoomed by keys.
        tabIndex={0}
        role="application"
        aria-label="Arrows move, + and - zoom, 0 shows all"
      >
        <svg
          viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
          className={styles.drawing}
          aria-hidden="true"
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, y: event.clientY, view };
          }}
          onPointerMove={onPointerMove}
        >
          {plane.shapes.map((shape, index) => (
            <ShapeView
              // biome-ignore lint/suspicious/noArrayIndexKey: a shape has no identity but its place.
              key={index}
              shape={shape}
              unit={unit}
              isRead={shape === read}
              onRead={setRead}
            />
          ))}
        </svg>
      </div>
      <div className={styles.tools}>
        <Button look="quiet" onClick={() => zoom(0.7)} aria-label="Zoom in">
          +
        </Button>
        <Button look="quiet" onClick={() => zoom(1 / 0.7)} aria-label="Zoom out">
          −
        </Button>
        <Button look="quiet" onClick={() => setView(whole)}>
          All
        </Button>
        <ShapePicker plane={plane} read={read} onRead={setRead} />
      </div>
      <p className={styles.words} aria-live="polite">
        {read === null ? hintOf(plane) : wordsOf(read)}
      </p>
    </div>
  );
}

interface ShapeViewProps {
  readonly shape: PlaneShape;
  readonly unit: number;
  readonly isRead: boolean;
  readonly onRead: (shape: PlaneShape) => void;
}

function ShapeView({ shape, unit, isRead, onRead }: ShapeViewProps) {
  const { kind, parts } = shape;
  const read = {
    className: `${styles[kind]} ${isRead ? styles.read : ""}`,
    onPointerEnter: () => onRead(shape),
    strokeWidth: unit * (isRead ? 2.5 : 1.2),
  };
  const [x = 0, y = 0] = parts[0]?.[0] ?? [];
  if (kind === "point") return <circle cx={x} cy={y} r={unit * (isRead ? 7 : 4.5)} {...read} />;
  const close = kind === "area" ? "Z" : "";
  return <path d={parts.map((part) => `M${part.join("L")}${close}`).join("")} fillRule="evenodd" {...read} />;
}

/** By keyboard, one shape after the other. */
function ShapePicker({
  plane,
  read,
  onRead,
}: {
  plane: Plane;
  read: PlaneShape | null;
  onRead: (shape: PlaneShape) => void;
}) {
  const at = read === null ? -1 : plane.shapes.indexOf(read);
  const go = (by: number): void => {
    const next = plane.shapes[(at + by + plane.shapes.length) % plane.shapes.length];
    if (next) onRead(next);
  };
  return (
    <>
      <Button look="quiet" onClick={() => go(-1)} aria-label="Shape before">
        ‹
      </Button>
      <Button look="quiet" onClick={() => go(1)} aria-label="Next shape">
        ›
      </Button>
    </>
  );
}

/** All of it with a margin; a single point has a neighbourhood. */
function wholeOf({ box }: Plane): Window {
  const size = Math.max(box.width, box.height, 0.01);
  const margin = size * 0.06;
  const width = Math.max(box.width, size * 0.4) + 2 * margin;
  const height = Math.max(box.height, size * 0.4) + 2 * margin;
  return {
    x: box.x + box.width / 2 - width / 2,
    y: box.y + box.height / 2 - height / 2,
    width,
    height,
  };
}

function byKey(key: string, view: Window, whole: Window): Window | null {
  const step = view.width / 8;
  if (key === "+") return zoomed(view, 0.7, whole);
  if (key === "-") return zoomed(view, 1 / 0.7, whole);
  if (key === "0") return whole;
  if (key === "ArrowLeft") return { ...view, x: view.x - step };
  if (key === "ArrowRight") return { ...view, x: view.x + step };
  if (key === "ArrowUp") return { ...view, y: view.y - step };
  return key === "ArrowDown" ? { ...view, y: view.y + step } : null;
}

function zoomed(view: Window, by: number, whole: Window): Window {
  const width = Math.min(whole.width * 4, Math.max(whole.width / 5_000, view.width * by));
  const height = (view.height / view.width) * width;
  return {
    x: view.x + (view.width - width) / 2,
    y: view.y + (view.height - height) / 2,
    width,
    height,
  };
}

function hintOf({ shapes, hidden }: Plane): string {
  const count = `${shapes.length.toLocaleString("en")} ${shapes.length === 1 ? "shape" : "shapes"}`;
  return hidden === 0 ? count : `${count}; ${hidden.toLocaleString("en")} more are not drawn`;
}

function wordsOf({ kind, properties }: PlaneShape): string {
  const words = properties.map(([name, value]) => `${name}: ${value}`).join(" · ");
  return words === "" ? `A ${kind} without properties` : words;
}
