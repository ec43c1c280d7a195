import type { Terminal } from "../terminal/terminal.ts";

/** Someone who forgot a path would otherwise sit before a silent command. */
const SAY_AFTER_MS = 1_000;

/** All of standard input, with a word on it when it does not come. */
export async function readStdin(terminal: Terminal): Promise<string> {
  const timer = setTimeout(() => {
    terminal.err(
      "Reading the notebook from standard input … (name both NOTEBOOK and OUTPUT to read a file)\n",
    );
  }, SAY_AFTER_MS);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    clearTimeout(timer);
  }
}
