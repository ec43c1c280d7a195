/** Standard output and error as commands see them, so that tests can stand in for a terminal. */
import pc from "picocolors";

export type Colours = ReturnType<typeof pc.createColors>;

export interface Terminal {
  /** Standard output: results only. */
  out(text: string): void;
  /** Standard error: progress, notices, errors. */
  err(text: string): void;
  readonly inIsTty: boolean;
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
  columns(): number;
  /** For standard error. */
  readonly colours: Colours;
  /** For standard output. */
  readonly outColours: Colours;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    inIsTty: stdin.isTTY === true,
    outIsTty: stdout.isTTY === true,
    errIsTty: stderr.isTTY === true,
    columns: () => (stderr.isTTY ? stderr.columns : stdout.isTTY ? stdout.columns : 80) || 80,
    colours: pc.createColors(wantsColour(stderr.isTTY === true, env)),
    outColours: pc.createColors(wantsColour(stdout.isTTY === true, env)),
  };
}

/** https://no-color.org and FORCE_COLOR, as other tools read them. */
export function wantsColour(isTty: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== "0") return true;
  return isTty && env.TERM !== "dumb";
}
