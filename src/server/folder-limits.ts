import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DEFAULT_UNPACK_LIMITS, type UnpackLimits } from "../store/archive/zip-items.ts";

export interface FolderLimits {
  readonly uploadBytes: number;
  readonly unpack: UnpackLimits;
}

const MB = 1024 * 1024;
const DEFAULT_UPLOAD_BYTES = 4 * 1024 * MB;

const settings = z.object({
  uploadMB: z.number().positive().optional().catch(undefined),
  unpackMB: z.number().positive().optional().catch(undefined),
  unpackFiles: z.number().int().positive().optional().catch(undefined),
});

/**
 * What may be uploaded and unpacked into a folder: `uploadMB`, `unpackMB` and `unpackFiles` of its
 * `.loopbook/settings.json`. Read anew each time, so that a change works at once; one that cannot be read counts as none.
 */
export function folderLimits(folder: string): FolderLimits {
  let set: z.infer<typeof settings> = {};
  try {
    set = settings.parse(JSON.parse(readFileSync(join(folder, ".loopbook", "settings.json"), "utf8")));
  } catch {
    // No settings.
  }
  return {
    uploadBytes: set.uploadMB === undefined ? DEFAULT_UPLOAD_BYTES : set.uploadMB * MB,
    unpack: {
      ...DEFAULT_UNPACK_LIMITS,
      ...(set.unpackMB !== undefined && { maxBytes: set.unpackMB * MB }),
      ...(set.unpackFiles !== undefined && { maxEntries: set.unpackFiles }),
    },
  };
}
