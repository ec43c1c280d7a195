/** What can be typed behind \`loopbook run\`: papermill's options under their names, and ours. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { outputLimitOption } from "./output-limit.ts";
import { unfoldPair } from "./pair-arguments.ts";

/** As commander gives it. */
export interface RunCommandLine {
  readonly output?: string;
  readonly inPlace?: true;
  readonly name?: string;

  readonly parameters?: readonly (readonly [string, string])[];
  readonly parameters_raw?: readonly (readonly [string, string])[];
  readonly parameters_file?: readonly string[];
  readonly parameters_yaml?: readonly string[];
  readonly parameters_base64?: readonly string[];
  readonly injectInputPath?: true;
  readonly injectOutputPath?: true;
  readonly injectPaths?: true;
  readonly allowUnknown?: true;
  readonly helpNotebook?: true;
  readonly inspect?: true;
  readonly prepareOnly?: boolean;
  readonly reportMode?: boolean;

  readonly kernel?: string;
  readonly language?: string;
  readonly cwd?: string;
  readonly engine?: string;

  readonly startTimeout: number;
  /** papermill's older spelling. */
  readonly start_timeout?: number;
  readonly executionTimeout?: number;
  readonly timeout?: number;
  readonly interruptOnTimeout?: true;

  readonly onError?: "hold" | "fail";
  readonly allowErrors?: true;
  readonly allowErrorName?: readonly string[];
  readonly input: boolean;
  readonly hold: boolean;
  readonly skipTag?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly only?: readonly string[];

  readonly progressBar?: boolean;
  readonly logOutput?: boolean;
  readonly stdoutFile?: string;
  readonly stderrFile?: string;
  readonly logLevel: string;
  readonly json?: true;

  readonly detach?: true;
  readonly open?: true;
  readonly port?: number;
}

type Pair = readonly [name: string, text: string];
type Collected<T> = readonly T[] | undefined;
const collect = (value: string, known: Collected<string>): Collected<string> => [...(known ?? []), value];
const collectPair = (word: string, known: Collected<Pair>): Collected<Pair> => [
  ...(known ?? []),
  unfoldPair(word),
];

export function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError("It takes seconds, such as 60.");
  return value;
}

export function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return value;
}

export function runOptions(command: Command): Command {
  command
    .optionsGroup("Where to:")
    .option("-o, --output <path>", "the notebook to write (the same as OUTPUT)")
    .option("--in-place", "run in the notebook itself")
    .option("--name <name>", "call the run so; default: the notebook's name")
    .addOption(outputLimitOption());
  command
    .optionsGroup("Parameters (as papermill's):")
    .addOption(
      pairOption(
        "-p, --parameters <NAME VALUE>",
        "set a parameter; its declared type decides how VALUE is read",
      ),
    )
    .addOption(pairOption("-r, --parameters_raw <NAME VALUE>", "set a parameter to VALUE as a text"))
    .option("-f, --parameters_file <path>", "take parameters from a YAML or JSON file", collect)
    .option("-y, --parameters_yaml <yaml>", "take parameters from a YAML text", collect)
    .option("-b, --parameters_base64 <base64>", "take parameters from a YAML text in base64", collect)
    .option("--inject-input-path", "pass the input's path as PAPERMILL_INPUT_PATH")
    .option("--inject-output-path", "pass the output's path as PAPERMILL_OUTPUT_PATH")
    .option("--inject-paths", "pass both")
    .option("--allow-unknown", "pass parameters that the notebook does not declare, too")
    .option("--help-notebook", "show the notebook's parameters and exit")
    .option("--inspect", "the same")
    .option("--prepare-only", "write the notebook with its parameters, run nothing")
    .addOption(new Option("--prepare-execute", "run it (the default)").hideHelp())
    .option("--report-mode", "hide the input cells in the output")
    .addOption(new Option("--no-report-mode", "show them (the default)").hideHelp());
  command
    .optionsGroup("Kernel:")
    .option("-k, --kernel <name>", "use this kernel, not the notebook's (`loopbook kernels` lists them)")
    .option("-l, --language <name>", "write parameters in this language, not the notebook's")
    .option("--cwd <folder>", "run in this folder; default: the current one")
    .addOption(
      new Option("--engine <name>", "accepted for papermill's sake; there is one engine").hideHelp(),
    );
  command
    .optionsGroup("When to end:")
    .addOption(
      new Option("--start-timeout <seconds>", "how long the kernel may take to start")
        .default(60)
        .argParser(seconds),
    )
    .addOption(new Option("--start_timeout <seconds>").argParser(seconds).hideHelp())
    .option("--execution-timeout <seconds>", "how long a cell may take; default: for ever", seconds)
    .option("--interrupt-on-timeout", "after a cell that took too long, go on with the next")
    .option("--timeout <seconds>", "how long the whole run may take", seconds)
    .addOption(
      new Option("--on-error <what>", "what an error in a cell does: end the run, or hold it").choices([
        "fail",
        "hold",
      ]),
    )
    .option("--allow-errors", "record errors and go on")
    .option("--allow-error-name <name>", "go on after errors of this name (may be repeated)", collect)
    .option("--no-input", "input() in a cell fails at once; default: it is asked here and on the page")
    .option("--no-hold", "run through cells tagged `hold`")
    .option("--skip-tag <tag>", "skip cells with this tag (may be repeated)", collect)
    .option(
      "--from <cell>",
      "begin at this cell: its number, id, name or tag; parameters are set all the same",
    )
    .option("--to <cell>", "end with this cell")
    .option("--only <cell>", "run only this cell (may be repeated), and the parameters", collect);
  command
    .optionsGroup("What is shown:")
    .option("--progress-bar", "show progress even where it would not be")
    .option("--no-progress-bar", "show none")
    .option("--log-output", "print what the cells print, on standard error")
    .addOption(new Option("--no-log-output", "do not (the default)").hideHelp())
    .option("--stdout-file <path>", "write what the cells print to standard output here")
    .option("--stderr-file <path>", "write what they print to standard error here")
    .option("--json", "print events for machines on standard output, one a line")
    .addOption(
      new Option("--log-level <level>", "how much Loopbook itself says")
        .choices(["NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
        .default("INFO"),
    );
  command
    .optionsGroup("Live:")
    .option("--open", "open the live page in the browser")
    .option("--port <number>", "serve the live page there; default: any free port", portNumber)
    .option("--detach", "leave the run with the local server and return");
  // Loopbook saves a second after a change, at most every five, whatever these say.
  for (const [flags, text] of [
    ["--request-save-on-cell-execute", "accepted for papermill's sake"],
    ["--no-request-save-on-cell-execute", "accepted for papermill's sake"],
    ["--autosave-cell-every <seconds>", "accepted for papermill's sake"],
  ] as const) {
    command.addOption(new Option(flags, text).hideHelp());
  }
  return command;
}

function pairOption(flags: string, text: string): Option {
  return new Option(flags, text).argParser(collectPair);
}
