/** How long every single point of a series is kept. Levels, which keep each minimum and maximum of 64 points, stay. */

export interface Retention {
  /** Absent: as long as there is room. */
  readonly fullDays?: number;
  /** Of one run. */
  readonly fullBytes?: number;
}

export interface PointFile {
  readonly file: number;
  readonly bytes: number;
  readonly writtenAtMs: number;
}

const DAY_MS = 24 * 3600 * 1000;

/** Which files of points are to go; never the one that is written now. `files` oldest first. */
export function givenUp(
  files: readonly PointFile[],
  current: number,
  { fullDays, fullBytes }: Retention,
  nowMs: number,
): readonly number[] {
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const gone: number[] = [];
  for (const { file, bytes: size, writtenAtMs } of files) {
    if (file === current) continue;
    const isOld = fullDays !== undefined && nowMs - writtenAtMs > fullDays * DAY_MS;
    const isTooMuch = fullBytes !== undefined && bytes > fullBytes;
    if (!isOld && !isTooMuch) continue;
    gone.push(file);
    bytes -= size;
  }
  return gone;
}
