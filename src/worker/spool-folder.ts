/** Where programs of this user leave what is not shipped yet (decision 0009). */
import { join, resolve } from "node:path";
import { stateFolder } from "./state-folder.ts";

export function spoolFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.LOOPBOOK_SPOOL ? resolve(env.LOOPBOOK_SPOOL) : join(stateFolder(env), "spool");
}
