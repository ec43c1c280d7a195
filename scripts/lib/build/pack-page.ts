/** Beside each file of the page that packs well, the same gzipped: who looks in from afar waits for the network. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const PACKS_WELL = /\.(?:js|css|svg|ttf|json|txt)$/;
/** Below, a packet is a packet. */
const LEAST_BYTES = 1_400;

export async function packPage(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      if (!entry.isFile() || !PACKS_WELL.test(entry.name)) return;
      const body = await readFile(file);
      if (body.length < LEAST_BYTES) return;
      await writeFile(`${file}.gz`, await promisify(gzip)(body, { level: 9 }));
    }),
  );
}
