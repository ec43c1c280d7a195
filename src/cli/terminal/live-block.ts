import { columnsOf } from "./columns.ts";
import type { Terminal } from "./terminal.ts";

/** A few lines at the bottom of a terminal that are drawn over; what is printed meanwhile goes above them. */
export class LiveBlock {
  private readonly terminal: Pick<Terminal, "err" | "columns">;
  private rows = 0;
  private drawn = "";

  constructor(terminal: Pick<Terminal, "err" | "columns">) {
    this.terminal = terminal;
  }

  draw(lines: readonly string[]): void {
    const text = lines.join("\n");
    if (text === this.drawn && this.rows > 0) return;
    this.terminal.err(`${this.eraseCode()}${text}\n`);
    this.drawn = text;
    // A long address wraps; its rows must be erased, too.
    const columns = this.terminal.columns();
    this.rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0);
  }

  clear(): void {
    if (this.rows > 0) this.terminal.err(this.eraseCode());
    this.rows = 0;
    this.drawn = "";
  }

  /** Prints a text above the block; the next `draw` puts it back. */
  print(text: string): void {
    this.clear();
    this.terminal.err(text.endsWith("\n") ? text : `${text}\n`);
  }

  private eraseCode(): string {
    return this.rows === 0 ? "" : `\u001B[${this.rows}A\u001B[0J`;
  }
}
