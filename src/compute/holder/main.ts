/**
 * The holder's process: reads one request (a line of JSON) from its standard input, starts the kernel, answers with
 * one line, and goes on by itself. It ends without a trace when its input ends before a request came.
 */
import { Holder, type HolderRequest } from "./holder.ts";

let text = "";
let holder: Holder | null = null;

function answer(value: unknown): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(value)}\n`, () => resolve()));
}

async function start(line: string): Promise<void> {
  holder = new Holder(JSON.parse(line) as HolderRequest);
  try {
    void holder.ended.then(() => process.exit());
    await answer({ record: await holder.start() });
  } catch (error) {
    await answer({ error: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}

process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk: string) => {
  if (holder !== null) return;
  text += chunk;
  const end = text.indexOf("\n");
  if (end >= 0) void start(text.slice(0, end));
});
process.stdin.on("end", () => {
  if (holder === null) process.exit(0);
});
// Who started it may be gone before it answers; its kernel is kept all the same.
process.stdout.on("error", () => {});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void holder?.end());
process.on("SIGHUP", () => {});
