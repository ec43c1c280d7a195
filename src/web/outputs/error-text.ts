/** An error as a title and the rest of its traceback, nothing said twice. Pure. */
import { stripAnsi } from "../text/ansi.ts";

export interface ErrorText {
  /** One line: `KeyError: 'lr'`. */
  readonly title: string;
  /** With its colours. */
  readonly body: string;
}

export function errorText(error: {
  ename: string;
  evalue: string;
  traceback?: readonly string[];
}): ErrorText {
  const whole = error.evalue === "" ? error.ename : `${error.ename}: ${stripAnsi(error.evalue)}`;
  const title = whole.split("\n")[0] ?? whole;
  let lines = (error.traceback ?? []).join("\n").split("\n");
  // IPython begins with a rule and "KeyError   Traceback (most recent call last)", and ends with the title again.
  if (/^-{10,}$/.test(plainAt(lines, 0))) lines = lines.slice(1);
  if (/^\w[\w.]*\s+Traceback \(most recent call last\)$/.test(plainAt(lines, 0))) lines = lines.slice(1);
  const endsWithTitle = title === whole && plainAt(lines, lines.length - 1) === title;
  if (endsWithTitle) lines = lines.slice(0, -1);
  return { title, body: lines.join("\n").replace(/\s+$/, "") };
}

function plainAt(lines: readonly string[], index: number): string {
  return stripAnsi(lines[index] ?? "").trim();
}
