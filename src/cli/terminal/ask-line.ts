/** Asks for one line on the terminal (on standard error, so that standard output stays clean). */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

export interface AskOptions {
  readonly prompt: string;
  /** Nothing of what is typed is shown. */
  readonly hidden?: boolean;
  readonly signal?: AbortSignal;
}

/** @returns the line without its end; an empty one at the end of the input. */
export async function askLine(options: AskOptions): Promise<string> {
  let muted = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!muted) process.stderr.write(chunk);
      done();
    },
  });
  const terminal = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, output, terminal, historySize: 0 });
  const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  try {
    const question = lines.question(options.prompt, options.signal ? { signal: options.signal } : {});
    muted = options.hidden === true;
    return await Promise.race([question, closed]);
  } finally {
    muted = false;
    if (options.hidden && terminal) process.stderr.write("\n");
    lines.close();
  }
}
