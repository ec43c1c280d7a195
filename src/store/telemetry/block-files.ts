import type { Columns } from "../../telemetry/points.ts";
import { decodeLevels, decodePoints } from "./block-codec.ts";
import type { OnDamage, RunDataFiles } from "./run-files.ts";
import type { BlockReader, LevelColumns } from "./series-reader.ts";

/** Blocks as they lie in a run's files. */
export function blockFiles(files: RunDataFiles, onDamage: OnDamage): BlockReader {
  const decoded = <T>(what: string, decode: () => T): T | null => {
    try {
      return decode();
    } catch {
      onDamage(what);
      return null;
    }
  };
  return {
    points: async (blocks) => {
      const read = await files.read(
        "points",
        blocks.map(({ file, pointsAt, pointsLength }) => ({ file, at: pointsAt, length: pointsLength })),
      );
      return read.map((bytes, index): Columns | null => {
        const block = blocks[index];
        if (bytes === null || block === undefined) return null;
        const what = `points at ${block.pointsAt} of ${files.pathOf("points", block.file)}`;
        return decoded(what, () => decodePoints(bytes, block.summary.count));
      });
    },
    levels: async (blocks) => {
      const read = await files.read(
        "kept",
        blocks.map(({ file, levelsAt, levelsLength }) => ({ file, at: levelsAt, length: levelsLength })),
      );
      return read.flatMap((bytes, index): readonly LevelColumns[] => {
        const block = blocks[index];
        if (bytes === null || block === undefined) return [];
        const what = `levels at ${block.levelsAt} of ${files.pathOf("kept", block.file)}`;
        const level = decoded(what, () => decodeLevels(bytes, block.summary.count));
        return level === null ? [] : [level];
      });
    },
  };
}
