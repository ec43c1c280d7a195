import fc from "fast-check";
import { expect, test } from "vitest";
import { firstLine, scrollScale, scrollTopOf } from "./scroll-scale.ts";

const LINE = 20;
const VIEW = 480;

test("a log that fits is scrolled pixel by pixel", () => {
  const scale = scrollScale(100_000, LINE, VIEW);
  expect(scale).toEqual({ height: 2_000_000, factor: 1 });
  expect(firstLine(45, scale, LINE)).toEqual({ line: 2, hidden: 5 });
});

test("every line of a log of any length can be brought into view, and the end of the bar is the end of the log", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 30, max: 50_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lines, at) => {
        const scale = scrollScale(lines, LINE, VIEW);
        const wanted = Math.floor(at * (lines - 1));
        const { line } = firstLine(scrollTopOf(wanted, scale, LINE, VIEW), scale, LINE);
        expect(wanted).toBeGreaterThanOrEqual(line);
        expect(wanted).toBeLessThanOrEqual(line + VIEW / LINE);
        const end = firstLine(scale.height - VIEW, scale, LINE);
        expect(end.line + VIEW / LINE).toBeGreaterThanOrEqual(lines - 1);
      },
    ),
  );
});
