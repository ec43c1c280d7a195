/** Images that a notebook names, read from beside it: nothing above the folder it may read from, and no links out. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { IMAGE_TYPES } from "../util/image-types.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/**
 * @param notebook absolute path of the notebook.
 * @param folder all that may be read; default: the notebook's own folder and below.
 */
export function imagesBeside(
  notebook: string,
  folder = dirname(notebook),
): (address: string) => string | null {
  return (address) => {
    const type = IMAGE_TYPES[extname(address.replace(/[?#].*$/s, "")).toLowerCase()];
    if (type === undefined || /^[a-z][a-z0-9+.-]*:|^\/\/|\\/i.test(address)) return null;
    try {
      const named = decodeURIComponent(address.replace(/[?#].*$/s, ""));
      const path = named.startsWith("/") ? join(folder, named) : resolve(dirname(notebook), named);
      const real = realpathSync(path);
      const way = relative(realpathSync(folder), real);
      if (way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way)) return null;
      if (way.split(sep).some((part) => part.startsWith("."))) return null;
      const facts = statSync(real);
      if (!facts.isFile() || facts.size > MAX_BYTES) return null;
      return `data:${type};base64,${readFileSync(real).toString("base64")}`;
    } catch {
      return null;
    }
  };
}
