import type { Logger } from "../../util/logger.ts";
import type { Terminal } from "./terminal.ts";

const ORDER = ["debug", "info", "warn", "error"] as const;
type Level = (typeof ORDER)[number];

/** What papermill's level names mean here. Quiet by default: at INFO only warnings and errors are told. */
const LEAST: Readonly<Record<string, Level>> = {
  NOTSET: "debug",
  DEBUG: "debug",
  INFO: "warn",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** A logger for the person at the terminal: one line each, on standard error. */
export function terminalLogger(level: string, terminal: Pick<Terminal, "err">): Logger {
  const least = ORDER.indexOf(LEAST[level.toUpperCase()] ?? "warn");
  const at =
    (own: Level) =>
    (message: string, fields?: Record<string, unknown>): void => {
      if (ORDER.indexOf(own) < least) return;
      const more = fields === undefined ? "" : ` ${JSON.stringify(fields)}`;
      terminal.err(`${own}: ${message}${more}\n`);
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
