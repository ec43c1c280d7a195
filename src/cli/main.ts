/** The start of the command line. It imports as little as possible: `--version` needs nothing else. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loopbookVersion } from "./version.ts";

/** @param argv the words after the command's name. Ends the process with the command's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  endQuietlyWhenTheReaderIsGone();
  if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
    process.stdout.write(`${loopbookVersion()}\n`);
    return;
  }
  const { runProgram } = await import("./program.ts");
  const code = await runProgram(argv);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

/** `loopbook runs | head`: the reader closes the pipe; that is no error of ours. Nor is a terminal that was closed. */
function endQuietlyWhenTheReaderIsGone(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    if (error.code !== "EIO") throw error;
  });
  // Progress has nowhere to go when a terminal was closed; the run itself goes on.
  process.stderr.on("error", () => undefined);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

const [, startedFile] = process.argv;
if (startedFile !== undefined && realpathSync(startedFile) === fileURLToPath(import.meta.url)) {
  void main(process.argv.slice(2));
}
