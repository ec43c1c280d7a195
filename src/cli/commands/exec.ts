import type { Command } from "commander";
import { parseTypedValue } from "../../nbformat/literals.ts";
import type { JsonValue } from "../../util/json.ts";
import { CommandError } from "../command-error.ts";
import type { CliContext } from "../context.ts";
import { absolutePath } from "../paths.ts";

interface ExecOptions {
  readonly notebook?: string;
  readonly name?: string;
  readonly param: readonly string[];
  readonly metric: readonly string[];
  readonly metrics: string;
  readonly jsonLines?: true;
  readonly watch: readonly string[];
  readonly grace: number;
  readonly ship: number;
}

const several = (word: string, known: readonly string[]): readonly string[] => [...known, word];

export function define(command: Command, context: CliContext): void {
  command
    .usage("[options] -- COMMAND [words…]")
    .description(
      "Run any command with a notebook beside it: what it prints, its numbers, its files and how it ended are there, " +
        "live; pause and stop reach it as signals. Its output and exit code are its own. Without a server everything " +
        "waits on this machine's disk (`loopbook sync`).",
    )
    .argument("<COMMAND...>", "the command and its words; {NAME} in them is a parameter's value")
    .option("--notebook <path>", "the notebook to stand beside it; made when there is none")
    .option("--name <name>", "the run's name; default: the script's or the command's")
    .option(
      "-p, --param <NAME=VALUE>",
      "a parameter, given as LOOPBOOK_PARAM_NAME and as {NAME} (may be repeated)",
      several,
      [],
    )
    .option(
      "--metric <regex>",
      "numbers in its lines, by named groups: 'loss=(?<loss>[\\d.]+)' (may be repeated)",
      several,
      [],
    )
    .option(
      "--metrics <how>",
      "auto: also `name=value` and `name: value` in its lines; none",
      metricsMode,
      "none",
    )
    .option("--json-lines", "objects of JSON in its lines are metrics")
    .option(
      "--watch <pattern>",
      "files that it makes: 'out/*.png' (may be repeated); images are shown",
      several,
      [],
    )
    .option("--grace <seconds>", "from SIGTERM to SIGKILL when it is stopped", seconds, 10)
    .option("--ship <seconds>", "how long the end may wait to send what is left", seconds, 1)
    .addHelpText("after", examples)
    .passThroughOptions()
    .action(async (words: readonly string[], options: ExecOptions) => {
      const { pairReader, patternReader } = await import("../exec/read-metrics.ts");
      const readers = options.metric.map(patternReader);
      const plan = {
        words,
        name: options.name ?? null,
        notebook: options.notebook === undefined ? null : absolutePath(context, options.notebook),
        parameters: Object.fromEntries(options.param.map(parameter)),
        reading: {
          readers: options.metrics === "auto" ? [...readers, pairReader] : readers,
          jsonLines: options.jsonLines === true,
        },
        watch: options.watch,
        graceMs: 1_000 * options.grace,
        shipMs: 1_000 * options.ship,
      };
      const { execCommand } = await import("../exec/exec-command.ts");
      await execCommand(context, plan);
    });
}

const examples = `
Examples:
  loopbook exec -- python train.py
  loopbook exec --metric 'loss=(?<loss>[\\d.]+)' --watch 'out/*.png' -- ./train.sh
  loopbook exec -p lr=0.1 --metrics auto -- python train.py --lr {lr}
  loopbook exec --notebook nightly.ipynb --json-lines -- cargo run --release

A change of a parameter cannot reach a running command; it is refused with that reason. The exit code is the command's:
127 when there is no such command, 126 when it cannot be started, 128 and the signal's number when a signal ended it.`;

function parameter(word: string): readonly [string, JsonValue] {
  const [, name, text] = /^([A-Za-z_][\w.-]*)=([\s\S]*)$/.exec(word) ?? [];
  if (name === undefined || text === undefined)
    throw new CommandError(`--param takes NAME=VALUE, such as lr=0.1, not ${word}.`);
  try {
    return [name, parseTypedValue(text)];
  } catch {
    return [name, text];
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || text.trim() === "")
    throw new CommandError(`This takes a number of seconds, not ${text}.`);
  return value;
}

function metricsMode(text: string): string {
  if (text === "auto" || text === "none") return text;
  throw new CommandError(`--metrics is auto or none, not ${text}.`);
}
