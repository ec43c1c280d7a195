import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The built page (`dist/web`), seen from `dist/`, `dist/chunks/` and `src/cli/`; null where it is not built. */
export function pageFolder(): string | null {
  for (const place of ["./web/", "../web/", "../../dist/web/"]) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    if (/[\\/]dist[\\/]web[\\/]$/.test(folder) && existsSync(`${folder}index.html`)) return folder;
  }
  return null;
}
