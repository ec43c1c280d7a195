/** Names of the files in a room's folder. */
import { readdir } from "node:fs/promises";

export const segmentName = (number: number): string => `log-${number}`;
export const baseName = (contentHash: string): string => `base-${contentHash}`;

/** Numbers of the segments, ascending. */
export async function segmentsIn(folder: string): Promise<number[]> {
  const numbers = (await readdir(folder)).map((name) => /^log-(\d+)$/.exec(name)?.[1]);
  return numbers
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}
