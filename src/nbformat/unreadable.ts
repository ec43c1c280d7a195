import { LoopbookError } from "../util/errors.ts";

/** The one error of reading: one line that names the file and says why. The file is never touched. */
export function unreadable(fileName: string, reason: string, cause?: unknown): LoopbookError {
  return new LoopbookError("notebook-unreadable", `${fileName} ${reason}`, { cause });
}
