import { LoopbookError } from "../util/errors.ts";

/** What was sent does not follow what is here. Its sender goes on at `received`. */
export class LogGap extends LoopbookError {
  readonly received: number;

  constructor(received: number, offset: number) {
    super(
      "log-gap",
      `The log is here up to ${received}, and what was sent begins at ${offset}. Send it from ${received} on.`,
      { retry: true },
    );
    this.received = received;
  }
}
