/** Writes other characters as escapes, which mean the same in strings, templates, regular expressions and names. */
import type { Plugin } from "rolldown";

export const inAscii: Plugin = {
  name: "in-ascii",
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle)) {
      if (part.type === "chunk") part.code = part.code.replace(/[^\0-\x7f]/g, escaped);
    }
  },
};

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
