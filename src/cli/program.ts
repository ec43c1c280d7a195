/** Puts the commands together, runs the one that was typed, and turns what it throws into one line and a code. */
import { Command, CommanderError } from "commander";
import { LoopbookError, messageOf } from "../util/errors.ts";
import { type CommandEntry, commandTable } from "./command-table.ts";
import type { CliContext } from "./context.ts";
import { foldPairArguments } from "./options/pair-arguments.ts";
import { processTerminal, type Terminal } from "./terminal/terminal.ts";
import { loopbookVersion } from "./version.ts";

const USAGE_ERROR = 2;

/** Runs one command line. @returns the exit code. */
export async function runProgram(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<number> {
  let exitCode = 0;
  const context: CliContext = {
    terminal,
    env: process.env,
    cwd: process.cwd(),
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  try {
    if (argv[0] === "complete") {
      const { respond } = await import("./completion/respond.ts");
      await respond(argv.slice(1), context);
      return 0;
    }
    const { root, words } = await buildProgram(argv, context);
    if (words.length === 0) {
      terminal.out(root.helpInformation());
      return 0;
    }
    await root.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    return reportError(error, terminal, process.env.LOOPBOOK_DEBUG !== undefined);
  }
}

/** The program with the typed command's file loaded; for the program itself and for completion. */
export async function buildProgram(
  argv: readonly string[],
  context: CliContext,
  loadAll = false,
): Promise<{ readonly root: Command; readonly words: readonly string[] }> {
  const { terminal } = context;
  const root = new Command("loopbook")
    .usage("COMMAND [options]")
    .description(
      "A notebook as the control room of a pipeline: run it live, pause it, change it, let it go on.",
    )
    .version(loopbookVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [COMMAND]", "show help of a command, or `exit-codes`")
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => terminal.columns(),
      getErrHelpWidth: () => terminal.columns(),
      outputError: (text, write) => write(text.replace(/^error: /, `${terminal.colours.red("error:")} `)),
    })
    .addHelpText("after", rootExamples);

  const typed = typedCommand(argv);
  for (const entry of commandTable) {
    const command = root.command(entry.name).summary(entry.summary).helpGroup(entry.group);
    for (const alias of entry.aliases ?? []) command.alias(alias);
    if (loadAll || isTyped(entry, typed)) (await entry.load()).define(command, context);
  }
  if (typed === "exit-codes" && argv[0] === "help") {
    const { exitCodesText } = await import("./exit-codes.ts");
    root.command("exit-codes", { hidden: true }).addHelpText("after", "").helpInformation = () =>
      exitCodesText;
  }
  if (typed?.endsWith(".ipynb") && argv[0] === typed) {
    root.error(
      `error: ${typed} is a notebook. Type \`loopbook run ${typed}\` or \`loopbook open ${typed}\`.`,
    );
  }
  return { root, words: typed === "run" ? foldPairArguments(argv) : argv };
}

const rootExamples = `
Examples:
  loopbook run train.ipynb out.ipynb -p lr 0.05    run with a parameter
  loopbook run train.ipynb --in-place --open       run in the notebook itself, and watch
  loopbook pause && loopbook params lr=0.01        pause the run, change it
  loopbook step train.ipynb                        walk through it cell by cell
  loopbook open .                                  open a folder in the browser

\`loopbook COMMAND --help\` shows options and examples; \`loopbook help exit-codes\` what a run's exit code says.
`;

function typedCommand(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}

function isTyped(entry: CommandEntry, typed: string | undefined): boolean {
  return typed !== undefined && (entry.name === typed || (entry.aliases ?? []).includes(typed));
}

function reportError(error: unknown, terminal: Terminal, debug: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has written its line already.
    return error.code === "commander.helpDisplayed" || error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
  const known = error instanceof LoopbookError;
  if (known && process.env.LOOPBOOK_ERRORS === "json") {
    terminal.err(`${JSON.stringify({ error: { code: error.code, message: error.message } })}\n`);
    return error.exitCode;
  }
  terminal.err(`${terminal.colours.red("error:")} ${messageOf(error)}\n`);
  if (!known) terminal.err("This is a fault in Loopbook. LOOPBOOK_DEBUG=1 before the command shows where.\n");
  if (debug && error instanceof Error) terminal.err(`${error.stack}\n${error.cause ?? ""}\n`);
  return known ? error.exitCode : 1;
}
