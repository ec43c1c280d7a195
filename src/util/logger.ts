/** What our code may say to an operator. The adapter (pino, or silence) is chosen where the program is wired. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

const nothing = (): void => {};

/** Says nothing; for tests and for programs that report by other means. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
