import { resolve } from "node:path";
import type { CliContext } from "./context.ts";

/** An absolute path, from what a person typed. */
export function absolutePath(context: Pick<CliContext, "cwd">, path: string): string {
  return resolve(context.cwd, path);
}
