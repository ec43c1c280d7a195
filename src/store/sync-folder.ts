import { open } from "node:fs/promises";

/** Makes names in a folder durable. Some systems cannot; then they are as durable as those make them. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
