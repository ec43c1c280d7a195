/** `--log-output`, `--stdout-file`, `--stderr-file`: passes on what cells say, as it comes. */
import { closeSync, openSync, writeSync } from "node:fs";
import type { LiveRun } from "../../usecases/live-run.ts";
import { messageOf } from "../../util/errors.ts";
import { CommandError } from "../command-error.ts";
import type { RunCommandLine } from "../options/run-command-line.ts";
import { type OutputPiece, OutputTail } from "./output-tail.ts";
import type { RunDisplay } from "./run-display.ts";

/** @returns ends it; what was not passed on yet is passed on. */
export function tapOutputs(run: LiveRun, display: RunDisplay, line: RunCommandLine): () => void {
  const stdout = openFile(line.stdoutFile);
  const stderr = openFile(line.stderrFile);
  if (!line.logOutput && stdout === null && stderr === null) return () => undefined;
  const tail = new OutputTail();
  const { live } = run.session;
  // Outputs that the input file came with were said in another run.
  for (const id of live.cellIds()) tail.take(id, live.cell(id)?.outputs ?? []);
  const pass = (piece: OutputPiece): void => {
    if (piece.channel === "stdout" && stdout !== null) writeSync(stdout, piece.text);
    if (piece.channel === "stderr" && stderr !== null) writeSync(stderr, piece.text);
    if (line.logOutput) display.output(piece.text);
  };
  const unsubscribe = live.onChange((change) => {
    for (const id of change.outputs) {
      for (const piece of tail.take(id, live.cell(id)?.outputs ?? [])) pass(piece);
    }
  });
  const stopLogs = run.session.outputs?.onLog((growth) => {
    for (const piece of tail.takeLog(growth)) pass(piece);
  });
  return () => {
    unsubscribe();
    stopLogs?.();
    if (stdout !== null) closeSync(stdout);
    if (stderr !== null) closeSync(stderr);
  };
}

function openFile(path: string | undefined): number | null {
  if (path === undefined) return null;
  try {
    return openSync(path, "w");
  } catch (cause) {
    throw new CommandError(`${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
