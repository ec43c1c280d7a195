import fc from "fast-check";
import { expect, test } from "vitest";
import { planeOf } from "./geojson.ts";

const feature = (geometry: object, properties: object = {}) => ({ type: "Feature", properties, geometry });

test("features become shapes with their properties, south below north", () => {
  const plane = planeOf({
    type: "FeatureCollection",
    features: [
      feature({ type: "Point", coordinates: [10, 1] }, { name: "a", size: 3 }),
      feature({
        type: "LineString",
        coordinates: [
          [0, 0],
          [10, -1],
        ],
      }),
    ],
  });
  expect(plane?.shapes[0]).toEqual({
    kind: "point",
    parts: [[[10, -1]]],
    properties: [
      ["name", "a"],
      ["size", "3"],
    ],
  });
  expect(plane?.box).toEqual({ x: 0, y: -1, width: 10, height: 2 });
});

test("what is broken is left out, and nothing to draw is nothing", () => {
  expect(
    planeOf({ type: "FeatureCollection", features: [null, feature({ type: "Point", coordinates: {} })] }),
  ).toBeNull();
  expect(planeOf({ type: "Point", coordinates: [1e308, 2] })).toBeNull();
  const rest = planeOf({
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        ["x", 1],
        [1, 1],
        [0, 1],
      ],
    ],
  });
  expect(rest?.shapes[0]?.parts[0]).toHaveLength(3);
});

test("whatever it is given, it makes finite shapes or none", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom("Point", "Polygon", "GeometryCollection", "MultiPolygon"),
      (value, type) => {
        const plane = planeOf({
          type,
          coordinates: value,
          geometries: [value, { type, coordinates: value }],
        });
        for (const { parts } of plane?.shapes ?? []) expect(parts.flat(2).every(Number.isFinite)).toBe(true);
      },
    ),
  );
});
