/** What the system's errors mean to somebody whose notebook was not saved. */
import { basename, dirname } from "node:path";
import type { SaveResult } from "../../document/document-store.ts";
import { messageOf } from "../../util/errors.ts";

type Failed = Extract<SaveResult, { type: "failed" }>;

export function saveFailure(path: string, error: unknown): Failed {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const name = basename(path);
  const folder = dirname(path);
  switch (code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return failed("read-only", `${name} cannot be written: the file or its folder ${folder} is read-only.`);
    case "ENOSPC":
    case "EDQUOT":
      return failed(
        "disk-full",
        `${name} was not saved: no space is left in ${folder}. Saving resumes when there is.`,
      );
    case "ENOENT":
    case "ENOTDIR":
      return failed("no-folder", `${name} was not saved: the folder ${folder} is gone.`);
    default:
      return failed("io-error", `${name} was not saved: ${messageOf(error)}.`);
  }
}

export function changedOutside(path: string): Failed {
  return failed(
    "changed-outside",
    `${basename(path)} was changed on disk by another program, and is not overwritten. Move that version aside, and saving resumes.`,
  );
}

export function vanished(path: string): Failed {
  return failed(
    "missing",
    `${basename(path)} was moved or deleted by another program. It is not made anew until you say so.`,
  );
}

function failed(code: Failed["code"], reason: string): Failed {
  return { type: "failed", code, reason };
}
