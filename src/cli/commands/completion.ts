import { Argument, type Command } from "commander";
import { completionScripts } from "../completion/scripts.ts";
import type { CliContext } from "../context.ts";

export function define(command: Command, context: CliContext): void {
  command
    .description(
      "Print a script that completes commands, options, notebooks, parameters and runs in your shell.",
    )
    .addArgument(new Argument("<shell>").choices(Object.keys(completionScripts)))
    .addHelpText(
      "after",
      "\nExamples:\n  source <(loopbook completion bash)                                   # this shell\n  loopbook completion bash > ~/.local/share/bash-completion/completions/loopbook\n  loopbook completion zsh > ~/.zfunc/_loopbook                        # with ~/.zfunc in fpath\n  loopbook completion fish > ~/.config/fish/completions/loopbook.fish",
    )
    .action((shell: string) => {
      context.terminal.out(completionScripts[shell] ?? "");
    });
}
