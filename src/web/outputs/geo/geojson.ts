/**
 * GeoJSON (RFC 7946) as shapes in the plane: what is a geometry is kept, whatever else it stands among; what is broken
 * is left out. Longitude is stretched by the middle latitude, which keeps shapes of a town or a country right. Pure.
 */
import { z } from "zod";

/** More points are thinned; an SVG of a million would freeze the page. */
const MAX_POINTS = 100_000;
const MAX_SHAPES = 5_000;

export type PlanePoint = readonly [x: number, y: number];

export interface PlaneShape {
  readonly kind: "point" | "line" | "area";
  /** Rings of an area, one line, or one point. In degrees of the middle latitude; y grows to the south. */
  readonly parts: readonly (readonly PlanePoint[])[];
  /** For people: `name: Berlin`, … */
  readonly properties: readonly (readonly [string, string])[];
}

export interface Plane {
  readonly shapes: readonly PlaneShape[];
  /** Left out for their number. */
  readonly hidden: number;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const node = z.looseObject({
  type: z.string(),
  features: z.array(z.unknown()).optional(),
  geometries: z.array(z.unknown()).optional(),
  geometry: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).nullable().optional(),
  coordinates: z.unknown().optional(),
});

interface Raw {
  readonly kind: PlaneShape["kind"];
  readonly parts: readonly (readonly PlanePoint[])[];
  readonly properties: PlaneShape["properties"];
}

/** Null: there is nothing to draw. */
export function planeOf(value: unknown): Plane | null {
  const found: Raw[] = [];
  collect(value, [], found, 0);
  const raw = found.slice(0, MAX_SHAPES);
  const points = raw.flatMap(({ parts }) => parts.flat());
  if (points.length === 0) return null;
  const step = Math.ceil(points.length / MAX_POINTS);
  let [west, east, south, north] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [lon, lat] of points) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
    south = Math.min(south, lat);
    north = Math.max(north, lat);
  }
  const stretch = Math.max(0.1, Math.cos((((south + north) / 2) * Math.PI) / 180));
  const project = ([lon, lat]: PlanePoint): PlanePoint => [round(lon * stretch), round(-lat)];
  const shapes = raw.map(({ parts, ...shape }) => ({
    ...shape,
    parts: parts.map((part) => thinned(part, step).map(project)),
  }));
  const [x, y] = project([west, north]);
  const box = { x, y, width: round((east - west) * stretch), height: round(north - south) };
  return { shapes, hidden: found.length - raw.length, box };
}

function collect(value: unknown, properties: PlaneShape["properties"], found: Raw[], depth: number): void {
  const parsed = node.safeParse(value);
  // Collections in collections end somewhere.
  if (!parsed.success || depth > 20) return;
  const { type, features, geometries, geometry, coordinates } = parsed.data;
  for (const feature of features ?? []) collect(feature, [], found, depth + 1);
  for (const part of geometries ?? []) collect(part, properties, found, depth + 1);
  if (type === "Feature") collect(geometry, wordsOf(parsed.data.properties ?? {}), found, depth + 1);
  const add = (kind: Raw["kind"], parts: readonly (readonly PlanePoint[])[]): void => {
    const whole = parts.filter((part) => part.length > 0);
    if (whole.length > 0) found.push({ kind, parts: whole, properties });
  };
  switch (type) {
    case "Point":
      add("point", [pointsOf([coordinates])]);
      return;
    case "MultiPoint":
      for (const point of pointsOf(coordinates)) add("point", [[point]]);
      return;
    case "LineString":
      add("line", [pointsOf(coordinates)]);
      return;
    case "MultiLineString":
      add("line", listOf(coordinates).map(pointsOf));
      return;
    case "Polygon":
      add("area", listOf(coordinates).map(pointsOf));
      return;
    case "MultiPolygon":
      for (const polygon of listOf(coordinates)) add("area", listOf(polygon).map(pointsOf));
      return;
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function pointsOf(value: unknown): readonly PlanePoint[] {
  return listOf(value).flatMap((point): PlanePoint[] => {
    const [lon, lat] = listOf(point);
    const isPlace =
      typeof lon === "number" && typeof lat === "number" && Math.abs(lon) <= 540 && Math.abs(lat) <= 90;
    return isPlace ? [[lon, lat]] : [];
  });
}

function wordsOf(properties: Readonly<Record<string, unknown>>): PlaneShape["properties"] {
  return Object.entries(properties)
    .slice(0, 20)
    .map(([name, value]) => {
      const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
      return [name.slice(0, 60), text.slice(0, 200)] as const;
    });
}

/** The first and the last point stay, so that rings close. */
function thinned(points: readonly PlanePoint[], step: number): readonly PlanePoint[] {
  if (step <= 1 || points.length <= 3) return points;
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6;
