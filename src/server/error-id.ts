import { randomToken } from "../util/ids.ts";
import type { Logger } from "../util/logger.ts";

/** Logs an unexpected error, and gives the id by which a person who met it finds it in the log. */
export function errorId(logger: Logger, error: unknown, fields: Record<string, unknown>): string {
  const id = `err_${randomToken(8)}`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  logger.error("unexpected error", { ...fields, errorId: id, stack });
  return id;
}

/** All that a client is told of it. */
export function internalMessage(id: string): string {
  return `Something went wrong inside Loopbook. Its log tells more under ${id}.`;
}
