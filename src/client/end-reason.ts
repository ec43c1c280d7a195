/** Why a live channel ended for good. */
import { CLOSE_CODES } from "../api/live.ts";
import { LoopbookError } from "../util/errors.ts";

export type EndReason = "closed" | "no-such-notebook" | "not-allowed" | "view-only";

export const END_BY_CODE: ReadonlyMap<number, EndReason> = new Map([
  [CLOSE_CODES.noSuchNotebook, "no-such-notebook"],
  [CLOSE_CODES.viewOnly, "view-only"],
] as const);

export function endedError(reason: EndReason): LoopbookError {
  const sentences: Record<EndReason, string> = {
    closed: "The connection to the notebook was closed.",
    "no-such-notebook": "The notebook is not open there any more. Open it again.",
    "not-allowed": "The server does not know this token any more. Run `loopbook open` again.",
    "view-only": "This address lets you look on, not change the notebook.",
  };
  return new LoopbookError(reason, sentences[reason]);
}
