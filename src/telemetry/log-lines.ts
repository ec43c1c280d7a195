/** Lines that people read, from the facts that have any: logs, outputs of commands, events. */
import type { Fact, LogLevel } from "./facts.ts";
import type { LogLine } from "./telemetry-store.ts";

export type FactLine = Pick<LogLine, "level" | "text" | "logger" | "step">;

const NONE: readonly FactLine[] = [];
const MAX_LINES_OF_FACT = 60_000;

/** How many `linesOf` gives are the same for the same fact, whenever it is read. */
export function linesOf(fact: Fact): readonly FactLine[] {
  switch (fact.type) {
    case "log":
      return [{ level: fact.level, text: fact.text, logger: fact.logger ?? null, step: fact.step ?? null }];
    case "output":
      return outputLines(fact.text, fact.stream);
    case "event": {
      const text = fact.text === undefined ? fact.name : `${fact.name}: ${fact.text}`;
      return [{ level: "info", text, logger: "event", step: fact.step ?? null }];
    }
    default:
      return NONE;
  }
}

/** What overwrote itself (a progress bar) is shown as it was at the end of its line. */
function outputLines(text: string, logger: string): readonly FactLine[] {
  const lines = text.split("\n", MAX_LINES_OF_FACT);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => ({ level: "info" as LogLevel, text: lastWritten(line), logger, step: null }));
}

function lastWritten(line: string): string {
  const whole = line.endsWith("\r") ? line.slice(0, -1) : line;
  return whole.slice(whole.lastIndexOf("\r") + 1);
}
