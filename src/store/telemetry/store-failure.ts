import { LoopbookError, messageOf } from "../../util/errors.ts";

/** What a failed write means to whoever sent it. */
export function storeFailure(cause: unknown, folder: string): LoopbookError {
  if (cause instanceof LoopbookError) return cause;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") {
    return new LoopbookError(
      "telemetry-full",
      `The disk of ${folder} is full: telemetry is not taken any more until there is room. Nothing is lost, the pipeline keeps what it could not send.`,
      { retry: true, cause },
    );
  }
  return new LoopbookError(
    "telemetry-unwritable",
    `Telemetry could not be written to ${folder} (${messageOf(cause)}). Make the folder writable; the pipeline keeps what it could not send.`,
    { retry: true, cause },
  );
}
