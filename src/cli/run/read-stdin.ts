import type { Terminal } from "../terminal/terminal.ts";

/** Someone who forgot a path would otherwise sit before a silent command. */
const SAY_AFTER_MS = 1_000;

/** All of standard input, with a word on it when it does not come. */
export async function readStdin(terminal: Terminal, what = "the notebook"): Promise<string> {
  const timer = setTimeout(() => {
    const hint = what === "the notebook" ? " (name both NOTEBOOK and OUTPUT to read a file)" : "";
    terminal.err(`Reading ${what} from standard input …${hint}\n`);
  }, SAY_AFTER_MS);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    clearTimeout(timer);
  }
}
