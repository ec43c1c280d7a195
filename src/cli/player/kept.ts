/** What the player keeps in the state folder: where one was in each notebook, and images for their links. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stateFolder } from "../state-folder.ts";

export interface KeptPlace {
  readonly cellId: string | null;
  readonly index: number;
}

function placeFile(path: string): string {
  return join(
    stateFolder(),
    "player",
    `${createHash("sha256").update(path).digest("hex").slice(0, 24)}.json`,
  );
}

export function readPlace(path: string): KeptPlace | null {
  try {
    const kept = JSON.parse(readFileSync(placeFile(path), "utf8")) as Partial<KeptPlace>;
    if (typeof kept.index !== "number") return null;
    return { index: kept.index, cellId: typeof kept.cellId === "string" ? kept.cellId : null };
  } catch {
    return null;
  }
}

export function keepPlace(path: string, place: KeptPlace): void {
  mkdirSync(join(stateFolder(), "player"), { recursive: true, mode: 0o700 });
  writeFileSync(placeFile(path), JSON.stringify({ ...place, path }), { mode: 0o600 });
}

const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/svg+xml": "svg",
  "image/gif": "gif",
  "image/webp": "webp",
};

/** Writes an image once, under the hash of its content. @returns a `file://` address. */
export function keepImage(mimeType: string, data: string): string {
  const bytes = mimeType === "image/svg+xml" ? Buffer.from(data, "utf8") : Buffer.from(data, "base64");
  const name = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const folder = join(stateFolder(), "player", "images");
  const file = join(folder, `${name}.${ENDINGS[mimeType] ?? "bin"}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, bytes, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return pathToFileURL(file).href;
}
