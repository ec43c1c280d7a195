import fc from "fast-check";
import { expect, test } from "vitest";
import { fitted, panned, stepped, zoomedTo } from "./zoom.ts";

const view = { width: 800, height: 600 };

test("a big image fits, a small one keeps its size, both in the middle", () => {
  expect(fitted({ width: 1600, height: 600 }, view)).toEqual({ scale: 0.5, x: 0, y: 150 });
  expect(fitted({ width: 400, height: 300 }, view)).toEqual({ scale: 1, x: 200, y: 150 });
});

test("what is under the pointer stays there, once the image is bigger than its window", () => {
  const image = { width: 2000, height: 1500 };
  const at = { x: 300, y: 200 };
  const before = zoomedTo(fitted(image, view), 1, { x: 400, y: 300 }, image, view);
  const after = stepped(before, 3, at, image, view);
  expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale);
  expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale);
});

test("no zoom and no drag leaves a gap at an edge that the image could fill", () => {
  const length = fc.integer({ min: 1, max: 5000 });
  const move = fc.oneof(
    fc.record({ steps: fc.integer({ min: -5, max: 5 }), x: fc.nat(800), y: fc.nat(600) }),
    fc.record({ panX: fc.integer({ min: -3000, max: 3000 }), panY: fc.integer({ min: -3000, max: 3000 }) }),
  );
  fc.assert(
    fc.property(length, length, fc.array(move, { maxLength: 12 }), (width, height, moves) => {
      const image = { width, height };
      let zoom = fitted(image, view);
      for (const one of moves)
        zoom =
          "steps" in one
            ? stepped(zoom, one.steps, one, image, view)
            : panned(zoom, { x: one.panX, y: one.panY }, image, view);
      for (const [at, size, room] of [
        [zoom.x, width * zoom.scale, view.width],
        [zoom.y, height * zoom.scale, view.height],
      ] as const) {
        if (size > room) {
          expect(at).toBeLessThanOrEqual(0.001);
          expect(at + size).toBeGreaterThanOrEqual(room - 0.001);
        } else expect(at).toBeCloseTo((room - size) / 2);
      }
    }),
  );
});
