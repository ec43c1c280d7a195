/**
 * papermill's `-p NAME VALUE` takes two words, which commander cannot say. Each such pair is folded into one word
 * before commander reads the line; a value may begin with `-`.
 */
import { CommandError } from "../command-error.ts";

const PAIR_OPTIONS = new Map([
  ["-p", "-p"],
  ["--parameters", "-p"],
  ["-r", "-r"],
  ["--parameters_raw", "-r"],
  ["--parameters-raw", "-r"],
]);
/** Between name and value in the folded word: cannot be typed in a command line. */
const SEPARATOR = "\u0000";
const NAME_EQUALS = /^[A-Za-z_][A-Za-z0-9_.]*=/;

/** Folds `-p NAME VALUE` (and `-pNAME VALUE`, `--parameters=NAME VALUE`, `-p NAME=VALUE`) into `-p`, `NAME\0VALUE`. */
export function foldPairArguments(argv: readonly string[]): string[] {
  const folded: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--") return [...folded, ...argv.slice(i)];
    const option = pairOption(word);
    if (option === null) {
      folded.push(word);
      continue;
    }
    const name = option.attached ?? argv[++i];
    if (name === undefined) throw new CommandError(`${word} needs a name and a value: ${word} lr 0.05`);
    if (NAME_EQUALS.test(name)) {
      const at = name.indexOf("=");
      folded.push(option.flag, name.slice(0, at) + SEPARATOR + name.slice(at + 1));
      continue;
    }
    const value = argv[++i];
    if (value === undefined)
      throw new CommandError(`${word} ${name} has no value. Write: ${option.flag} ${name} VALUE`);
    folded.push(option.flag, name + SEPARATOR + value);
  }
  return folded;
}

function pairOption(word: string): { flag: string; attached: string | null } | null {
  const plain = PAIR_OPTIONS.get(word);
  if (plain !== undefined) return { flag: plain, attached: null };
  const equals = word.indexOf("=");
  if (word.startsWith("--") && equals > 0) {
    const long = PAIR_OPTIONS.get(word.slice(0, equals));
    return long === undefined ? null : { flag: long, attached: word.slice(equals + 1) };
  }
  if (/^-[pr][^-]/.test(word)) return { flag: word.slice(0, 2), attached: word.slice(2) };
  return null;
}

/** Takes a folded word apart; for commander's argument parser. */
export function unfoldPair(word: string): readonly [name: string, value: string] {
  const at = word.indexOf(SEPARATOR);
  if (at < 0) throw new CommandError(`A parameter needs a name and a value: -p lr 0.05`);
  return [word.slice(0, at), word.slice(at + 1)];
}
