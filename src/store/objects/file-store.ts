/** `file://`: for scripts that name everything by address. */
import { access, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ObjectStore } from "../../usecases/object-store.ts";
import { isMissing, writeAtomically } from "../files/atomic-write.ts";

export const fileStore: ObjectStore = {
  async read(address) {
    try {
      return await readFile(fileURLToPath(address));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  async write(address, bytes) {
    const path = fileURLToPath(address);
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(path, [bytes]);
  },
  exists(address) {
    return access(fileURLToPath(address)).then(
      () => true,
      () => false,
    );
  },
};
