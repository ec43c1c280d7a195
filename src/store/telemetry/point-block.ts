/** Where a block of points lies, and what is known of it without reading it. */
import type { Summary } from "../../telemetry/summary.ts";

export const BLOCK_POINTS = 4_096;
/** Points that the finest kept level sums up in one. */
export const LEVEL_POINTS = 64;

export interface PointBlock {
  readonly summary: Readonly<Summary>;
  /** The number of the files `points.<n>` and `levels.<n>` that it lies in. */
  readonly file: number;
  readonly pointsAt: number;
  readonly pointsLength: number;
  readonly levelsAt: number;
  readonly levelsLength: number;
}
