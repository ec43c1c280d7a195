import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Longer titles are cut; a window shows less. */
const MAX_TITLE_LENGTH = 100;

/**
 * What the folder's windows are called: `title` in its `.loopbook/settings.json`, else its name. A settings file that
 * cannot be read counts as none: a title is not worth an error.
 */
export function folderTitle(folder: string): string {
  try {
    const settings: unknown = JSON.parse(readFileSync(join(folder, ".loopbook", "settings.json"), "utf8"));
    if (typeof settings === "object" && settings !== null && "title" in settings) {
      const title = typeof settings.title === "string" ? settings.title.trim() : "";
      if (title) return title.slice(0, MAX_TITLE_LENGTH);
    }
  } catch {
    // No settings.
  }
  return basename(folder) || folder;
}
