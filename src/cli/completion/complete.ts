/** What may come next in a command line. Pure, but for what it asks of its sources. */
import type { Command, Option } from "commander";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What only the outside knows; asked only where it is needed. */
export interface CompletionSources {
  /** Files and folders (with a trailing slash) that begin with this. */
  readonly files: (beginning: string, wanted: "notebook" | "any" | "folder") => readonly string[];
  readonly liveRuns: () => Promise<readonly Candidate[]>;
  readonly recordedRuns: () => Promise<readonly Candidate[]>;
  readonly kernels: () => Promise<readonly Candidate[]>;
  /** Names of values or parameters in a notebook. */
  readonly names: (notebook: string) => readonly Candidate[];
}

export interface Completed {
  readonly candidates: readonly Candidate[];
  /** The word goes on: no space after it (a folder, `name=`). */
  readonly goesOn: boolean;
  /** The values are names of files and folders, which the shell quotes. */
  readonly areFiles?: true;
}

const STEERING = new Set([
  "pause",
  "resume",
  "skip",
  "interrupt",
  "stop",
  "params",
  "approve",
  "refuse",
  "ps",
]);
const ON_NOTEBOOKS = new Set([
  "run",
  "step",
  "open",
  "get",
  "set",
  "runs",
  "history",
  "version",
  "versions",
  "restore",
]);

/** @param words those before the one that is being typed. */
export async function complete(
  root: Command,
  words: readonly string[],
  current: string,
  sources: CompletionSources,
): Promise<Completed> {
  const [name] = words;
  if (name === undefined || name === "help") {
    const commands = root.commands.map((command) => ({
      value: command.name(),
      description: command.summary(),
    }));
    if (name === "help") commands.push({ value: "exit-codes", description: "what a run's exit code says" });
    return matching(commands, current);
  }
  const command = root.commands.find((one) => one.name() === name || one.aliases().includes(name));
  if (command === undefined) return nothing;
  const last = words.at(-1) ?? "";
  const option = optionOf(command, last);
  if (option !== undefined && takesValue(option))
    return optionValues(option, command, words, current, sources);
  if (current.startsWith("-")) return matching(optionCandidates(command, current), current);
  // papermill's pair: `-p NAME VALUE`.
  const beforeLast = optionOf(command, words.at(-2) ?? "");
  if (beforeLast !== undefined && isPair(beforeLast) && !last.includes("=")) return nothing;
  return positional(command.name(), positionals(command, words.slice(1)), current, sources);
}

const nothing: Completed = { candidates: [], goesOn: false };

function matching(candidates: readonly Candidate[], current: string): Completed {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), goesOn: false };
}

function optionOf(command: Command, word: string): Option | undefined {
  return word.startsWith("-")
    ? command.options.find(({ short, long }) => word === short || word === long)
    : undefined;
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function isPair(option: Option): boolean {
  return option.flags.includes("<NAME VALUE>");
}

function optionCandidates(command: Command, current: string): Candidate[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible.flatMap((option) => {
    const flag = current.startsWith("--") ? option.long : (option.long ?? option.short);
    return flag === undefined ? [] : [{ value: flag, description: option.description }];
  });
}

async function optionValues(
  option: Option,
  command: Command,
  words: readonly string[],
  current: string,
  sources: CompletionSources,
): Promise<Completed> {
  if (option.argChoices !== undefined) return matching(option.argChoices.map(described), current);
  if (isPair(option)) {
    const notebook = positionals(command, words.slice(1))[0];
    return notebook === undefined ? nothing : matching(sources.names(notebook), current);
  }
  const name = option.attributeName();
  if (name === "kernel") return matching(await sources.kernels(), current);
  if (name === "run") return matching(await sources.liveRuns(), current);
  if (name === "cwd") return files(sources.files(current, "folder"));
  if (/path|folder/.test(option.flags)) return files(sources.files(current, "any"));
  return nothing;
}

async function positional(
  name: string,
  given: readonly string[],
  current: string,
  sources: CompletionSources,
): Promise<Completed> {
  const [notebook] = given;
  if (name === "completion") return matching(["bash", "zsh", "fish"].map(described), current);
  if ((name === "get" || name === "set") && notebook !== undefined) {
    const names = sources.names(notebook).filter(({ value }) => !given.includes(value));
    if (name === "get") return matching(names, current);
    return {
      ...matching(
        names.map((one) => ({ ...one, value: `${one.value}=` })),
        current,
      ),
      goesOn: true,
    };
  }
  if (name === "show") return matching(await sources.recordedRuns(), current);
  if (STEERING.has(name)) return given.length > 0 ? nothing : matching(await sources.liveRuns(), current);
  if (ON_NOTEBOOKS.has(name) && given.length < (name === "run" ? 2 : 1)) {
    return files(sources.files(current, "notebook"));
  }
  if (name === "diff" || name === "merge") return files(sources.files(current, "notebook"));
  if (name === "up" || name === "down") return files(sources.files(current, "folder"));
  return nothing;
}

function files(paths: readonly string[]): Completed {
  return {
    candidates: paths.map(described),
    goesOn: paths.length === 1 && paths[0]?.endsWith("/") === true,
    areFiles: true,
  };
}

function described(value: string): Candidate {
  return { value, description: "" };
}

/** The words that are neither options nor their values. */
function positionals(command: Command, words: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    const option = optionOf(command, word);
    if (option === undefined) {
      if (!word.startsWith("-") || word === "-") found.push(word);
    } else if (isPair(option)) i += words[i + 1]?.includes("=") ? 1 : 2;
    else if (takesValue(option)) i += 1;
  }
  return found;
}
