/** Lines from a terminal or a pipe, one at a time; lines that come early are kept. */
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";

export class LineSource {
  private readonly lines: Interface;
  private readonly early: string[] = [];
  private waiting: ((line: string | null) => void) | null = null;
  private isClosed = false;
  private muted = false;

  /** @param onInterrupt Ctrl-C. */
  constructor(onInterrupt: () => void) {
    const isTty = process.stdin.isTTY === true;
    const output = new Writable({
      write: (chunk, _encoding, done) => {
        if (!this.muted) process.stdout.write(chunk);
        done();
      },
    });
    this.lines = createInterface({ input: process.stdin, output, terminal: isTty, historySize: 500 });
    this.lines.on("line", (line) => this.give(line));
    this.lines.on("close", () => {
      this.isClosed = true;
      this.waiting?.(null);
      this.waiting = null;
    });
    this.lines.on("SIGINT", onInterrupt);
    process.on("SIGINT", onInterrupt);
  }

  /** The next line; null at the end of the input (Ctrl-D). */
  async next(prompt: string, hidden = false): Promise<string | null> {
    const early = this.early.shift();
    if (early !== undefined) return early;
    if (this.isClosed) return null;
    this.lines.setPrompt(prompt);
    this.lines.prompt();
    this.muted = hidden;
    try {
      return await new Promise<string | null>((resolve) => {
        this.waiting = resolve;
      });
    } finally {
      if (hidden) process.stdout.write("\n");
      this.muted = false;
    }
  }

  /** Drops what is typed so far (Ctrl-C at the prompt). */
  clearLine(): void {
    process.stdout.write("^C\n");
    // Readline has no other way to empty its line but these two keys.
    this.lines.write(null, { ctrl: true, name: "e" });
    this.lines.write(null, { ctrl: true, name: "u" });
    this.lines.prompt();
  }

  /** Gives the terminal to another program. */
  async lend<T>(use: () => Promise<T>): Promise<T> {
    if (this.isClosed) return use();
    this.lines.pause();
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    try {
      return await use();
    } finally {
      if (process.stdin.isTTY) process.stdin.setRawMode(true);
      this.lines.resume();
    }
  }

  close(): void {
    this.lines.close();
  }

  private give(line: string): void {
    const { waiting } = this;
    this.waiting = null;
    if (waiting === null) this.early.push(line);
    else waiting(line);
  }
}
