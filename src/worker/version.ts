import { readFileSync } from "node:fs";

/** The version of this package, read from its `package.json` (beside `dist/`, or two folders up in a checkout). */
export function loopbookVersion(): string {
  for (const place of ["../package.json", "../../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), "utf8"));
      if (name === "loopbook" && typeof version === "string") return version;
    } catch {
      // Not there; the next place.
    }
  }
  return "0.0.0";
}
