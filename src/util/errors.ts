/**
 * The one error class that crosses module boundaries. Expected outcomes (a stale edit, a missing right) are
 * returned as values; this is for broken input and broken outside things.
 */
export class LoopbookError extends Error {
  override readonly name = "LoopbookError";
  readonly code: string;
  readonly retry: boolean;
  readonly exitCode: number;

  /**
   * @param code stable, kebab-case, documented in docs/errors.md.
   * @param message one or two sentences for the user: what happened, why, what to do next. No stack, no jargon.
   * @param options.retry whether trying the same again can help.
   * @param options.exitCode what the command line exits with (default 1).
   */
  constructor(code: string, message: string, options: LoopbookErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retry = options.retry ?? false;
    this.exitCode = options.exitCode ?? 1;
  }
}

export interface LoopbookErrorOptions {
  readonly retry?: boolean;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/** The message of anything that was thrown, for one line in a log or on a terminal. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
