import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { relocate } from "../processes/relocate.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Copy a notebook. Where it is open, the copy holds what it holds now, saved or not. Nothing is ever written over.",
    )
    .argument("<NOTEBOOK>")
    .argument("<TO>", "the copy's name, or a folder")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook cp train.ipynb train-copy.ipynb\n  loopbook cp train.ipynb backup/",
    )
    .action((from: string, to: string) => relocate(context, "copy", from, to));
}
