/** Writes the reference pages. A test compares them with what this would write. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../source-files.ts";
import { referencePages } from "./reference-pages.ts";

for (const [file, text] of await referencePages()) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  console.log(`wrote ${file}`);
}
