import type { Command } from "commander";
import type { CliContext } from "../context.ts";
import { gitPlace, remove, setUp } from "../git/git-drivers.ts";

interface GitSetupOptions {
  readonly global?: true;
  readonly remove?: true;
}

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Let git show and merge notebooks cell by cell, here or for all your repositories: `git diff`, `git log -p`, `git merge`, `git rebase`. Writes git's configuration and one line of .gitattributes, which a repository can share.",
    )
    .option("--global", "for all repositories of this account")
    .option("--remove", "undo it")
    .addHelpText(
      "after",
      "\nExamples:\n  loopbook git-setup\n  loopbook git-setup --global\n  loopbook git-setup --remove",
    )
    .action((options: GitSetupOptions) => {
      const place = gitPlace(context, options.global === true);
      const where = options.global ? "all your repositories" : "this repository";
      if (options.remove) {
        remove(context, place);
        context.terminal.out(`git handles notebooks in ${where} as before.\n`);
      } else {
        setUp(context, place);
        context.terminal.out(`git shows and merges notebooks in ${where} cell by cell.\n`);
      }
    });
}
