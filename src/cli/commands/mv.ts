import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { relocate } from "../processes/relocate.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Give a notebook another name or folder. Where it is open, everybody in it stays, and so do its run, kernel and " +
        "history; what is not saved yet comes along. Nothing is ever written over.",
    )
    .argument("<NOTEBOOK>")
    .argument("<TO>", "the new name, or a folder")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook mv train.ipynb train-v2.ipynb\n  loopbook mv train.ipynb archive/",
    )
    .action((from: string, to: string) => relocate(context, "move", from, to));
}
