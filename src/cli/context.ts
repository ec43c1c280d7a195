import type { Terminal } from "./terminal/terminal.ts";

/** What a command has of the outside; tests hand in their own. */
export interface CliContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** What the process will exit with; 0 unless set. */
  setExitCode(code: number): void;
}
