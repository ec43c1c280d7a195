/** Everybody who is measured, as a command that runs one notebook into another. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "./process.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const peer = (file: string): string => path.join(root, "bench", "peers", file);

/** The environment with papermill, nbclient and ipykernel: the tests'. */
const pythonPrefix = path.resolve(process.env.LOOPBOOK_TEST_PYTHON ?? path.join(root, ".loopbook", "python"));
export const python = path.join(pythonPrefix, "bin", "python");
const kernelEnv = { VIRTUAL_ENV: pythonPrefix, JUPYTER_PATH: path.join(pythonPrefix, "share", "jupyter") };

export interface Runner {
  readonly name: string;
  command(input: string, output: string): Command;
}

export const loopbookArgv: readonly string[] = [process.execPath, path.join(root, "bin", "loopbook.js")];

/** A state folder of its own, so that a measurement neither reads nor writes the user's runs. */
export function loopbookEnv(stateFolder: string): Readonly<Record<string, string>> {
  return { ...kernelEnv, LOOPBOOK_HOME: stateFolder };
}

export const raw: Runner = {
  name: "raw loop",
  command: (input, output) => ({ name: "raw loop", argv: [python, peer("run_raw.py"), input, output] }),
};
export const nbclient: Runner = {
  name: "nbclient",
  command: (input, output) => ({
    name: "nbclient",
    env: kernelEnv,
    argv: [python, peer("run_nbclient.py"), input, output],
  }),
};
export const papermill: Runner = {
  name: "papermill",
  command: (input, output) => ({
    name: "papermill",
    env: kernelEnv,
    argv: [
      path.join(path.dirname(python), "papermill"),
      input,
      output,
      "--no-progress-bar",
      "--kernel",
      "python3",
    ],
  }),
};

export function loopbook(stateFolder: string, ...options: readonly string[]): Runner {
  return {
    name: "loopbook",
    command: (input, output) => ({
      name: "loopbook",
      env: loopbookEnv(stateFolder),
      argv: [...loopbookArgv, "run", input, output, ...options],
    }),
  };
}
