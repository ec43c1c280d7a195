import { readFileSync } from "node:fs";
import type { ParsedNotebook } from "../../nbformat/notebook-file.ts";
import { parseNotebook } from "../../nbformat/parse.ts";
import { LoopbookError, messageOf } from "../../util/errors.ts";

/** @throws LoopbookError `notebook-unreadable` with one line. */
export function readNotebook(path: string): ParsedNotebook {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new LoopbookError("notebook-unreadable", `${path} cannot be read: ${whyUnreadable(cause)}.`, {
      cause,
    });
  }
  return parseNotebook(bytes, path);
}

function whyUnreadable(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return "there is no such file";
    case "EISDIR":
      return "it is a folder";
    case "EACCES":
      return "this account may not read it";
    default:
      return messageOf(cause);
  }
}
