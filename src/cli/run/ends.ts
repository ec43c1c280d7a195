/** Where a run reads from and writes to, from what was typed and what is piped. Pure. */
import { CommandError } from "../command-error.ts";

export interface TypedEnds {
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** `-o`, `--output`. */
  readonly outputOption: string | undefined;
  readonly inPlace: boolean;
}

export interface Pipes {
  /** Standard input is a pipe (a FIFO; a closed or redirected one is not). */
  readonly stdinIsPipe: boolean;
  readonly stdoutIsTty: boolean;
  /** `--json`, `--detach` and their like use standard output themselves, or nobody is there to read it. */
  readonly stdoutIsTaken: boolean;
}

export interface RunEnds {
  /** `-` is standard input. */
  readonly input: string;
  readonly output:
    | { readonly type: "path"; readonly path: string }
    | { readonly type: "in-place" }
    /** Kept in the state folder; `print`: written to standard output as well. */
    | { readonly type: "record"; readonly print: boolean }
    /** Standard output, and nowhere else. */
    | { readonly type: "stdout" };
}

/**
 * papermill's rules: with a pipe before us a single path is the output; with no output and no terminal after us the
 * notebook goes to standard output. Beyond those: without an output a copy is kept with the run's record.
 * @throws CommandError
 */
export function runEnds(typed: TypedEnds, pipes: Pipes): RunEnds {
  const explicitOutput = typed.output ?? typed.outputOption;
  if (typed.output !== undefined && typed.outputOption !== undefined && typed.output !== typed.outputOption) {
    throw new CommandError(`Two outputs were named: ${typed.output} and ${typed.outputOption}. Name one.`);
  }
  if (typed.inPlace) {
    if (explicitOutput !== undefined) {
      throw new CommandError("--in-place writes into the notebook itself; leave the other output out.");
    }
    if (typed.input === undefined || typed.input === "-") {
      throw new CommandError("--in-place needs a notebook's path: there is no file behind standard input.");
    }
    return { input: typed.input, output: { type: "in-place" } };
  }
  if (explicitOutput !== undefined) {
    if (typed.input === undefined && !pipes.stdinIsPipe) throw missingInput();
    return { input: typed.input ?? "-", output: outputOf(explicitOutput) };
  }
  if (typed.input === undefined) {
    if (!pipes.stdinIsPipe) throw missingInput();
    return {
      input: "-",
      output: pipes.stdoutIsTaken ? { type: "record", print: false } : { type: "stdout" },
    };
  }
  if (typed.input === "-") {
    return {
      input: "-",
      output: pipes.stdoutIsTaken ? { type: "record", print: false } : { type: "stdout" },
    };
  }
  if (pipes.stdinIsPipe && !pipes.stdoutIsTaken) return { input: "-", output: outputOf(typed.input) };
  return {
    input: typed.input,
    output: { type: "record", print: !pipes.stdoutIsTty && !pipes.stdoutIsTaken },
  };
}

function outputOf(path: string): RunEnds["output"] {
  return path === "-" ? { type: "stdout" } : { type: "path", path };
}

function missingInput(): CommandError {
  return new CommandError(
    "Which notebook? Type: loopbook run NOTEBOOK [OUTPUT]. `loopbook run --help` shows more.",
  );
}
