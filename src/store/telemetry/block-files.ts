import type { Columns } from "../../telemetry/points.ts";
import { decodeLevels, decodePoints } from "./block-codec.ts";
import type { RunDataFiles } from "./run-files.ts";
import type { BlockReader, LevelColumns } from "./series-reader.ts";

/** Blocks as they lie in a run's files. */
export function blockFiles(files: RunDataFiles): BlockReader {
  return {
    points: async (blocks) => {
      const read = await files.read(
        "points",
        blocks.map(({ file, pointsAt, pointsLength }) => ({ file, at: pointsAt, length: pointsLength })),
      );
      return read.map((bytes, index): Columns | null =>
        bytes === null ? null : decodePoints(bytes, blocks[index]?.summary.count ?? 0),
      );
    },
    levels: async (blocks) => {
      const read = await files.read(
        "kept",
        blocks.map(({ file, levelsAt, levelsLength }) => ({ file, at: levelsAt, length: levelsLength })),
      );
      return read.flatMap((bytes, index): LevelColumns[] =>
        bytes === null ? [] : [decodeLevels(bytes, blocks[index]?.summary.count ?? 0)],
      );
    },
  };
}
