import { nearestName } from "../../runs/parameters/nearest-name.ts";

/** ` Did you mean epochs?`, or nothing. */
export function nearestOf(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null ? "" : ` Did you mean ${nearest}?`;
}
