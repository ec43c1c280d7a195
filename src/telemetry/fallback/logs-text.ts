import type { LogsFace } from "../faces.ts";
import type { LogLine, LogTemplate } from "../telemetry-store.ts";
import { levelWords } from "./summary-words.ts";

/** What of a log stands in the notebook for programs that do not read the store. */
export interface LogExcerpt {
  /** The last lines, oldest first. */
  readonly tail: readonly LogLine[];
  /** New and rare ones first. */
  readonly templates?: readonly LogTemplate[];
}

/** Longer lines are cut, so that an excerpt stays small. */
const MAX_LINE = 500;

/** The `text/plain` form of a log: counts by level, rare patterns, the last lines. Times are UTC. Pure. */
export function logsText(face: LogsFace, { tail, templates = [] }: LogExcerpt): string {
  if (face.total === 0) return "No line was logged yet.";
  const left = face.total - tail.length;
  return [
    logsTitle(face),
    ...(templates.length === 0 ? [] : ["", "New and rare lines:"]),
    ...templates.map(
      ({ count, level, pattern }) => `${count.toLocaleString("en").padStart(9)} × ${level}  ${cut(pattern)}`,
    ),
    "",
    ...(left > 0 ? [`… ${left.toLocaleString("en")} lines before`] : []),
    ...tail.map(lineText),
  ].join("\n");
}

export function logsTitle(face: LogsFace): string {
  const lines = `${face.total.toLocaleString("en")} ${face.total === 1 ? "line" : "lines"}`;
  return `${lines}: ${levelWords(face.counts)}`;
}

/** `14:05:30.120 warning  train: loss is NaN`. */
export function lineText({ timeMs, level, logger, text }: LogLine): string {
  const source = logger === null ? "" : `${logger}: `;
  return `${clockTime(timeMs)} ${level.padEnd(8)} ${source}${cut(text)}`;
}

export function clockTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? "--:--:--.---" : date.toISOString().slice(11, 23);
}

const cut = (text: string): string => (text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text);
