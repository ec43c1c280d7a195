/** A longer side, in pixels, is no chart: drawing it would take the browser's memory. */
const MAX_SIDE = 10_000;

/** The same fields, with a width and a height that can be drawn. Pure. */
export function withinSize<T extends Readonly<Record<string, unknown>>>(fields: T): T {
  const sides = Object.entries(fields).filter(
    ([name, value]) =>
      (name === "width" || name === "height") && typeof value === "number" && value > MAX_SIDE,
  );
  return sides.length === 0
    ? fields
    : { ...fields, ...Object.fromEntries(sides.map(([name]) => [name, MAX_SIDE])) };
}
