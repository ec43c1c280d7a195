import { LoopbookError } from "../util/errors.ts";

/** The command line was typed wrongly: exit code 2. */
export class CommandError extends LoopbookError {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super("usage", message, { exitCode: 2, ...options });
  }
}
