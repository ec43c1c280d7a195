import { Argument, type Command } from "commander";
import type { CliContext } from "../context.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

export function define(command: Command, _context: CliContext): void {
  command
    .description(
      "Print a script that completes commands, options, notebooks, parameters and runs in your shell.",
    )
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .addHelpText(
      "after",
      "\nExamples:\n  source <(loopbook completion bash)                                   # this shell\n  loopbook completion bash > ~/.local/share/bash-completion/completions/loopbook\n  loopbook completion zsh > ~/.zfunc/_loopbook                        # with ~/.zfunc in fpath\n  loopbook completion fish > ~/.config/fish/completions/loopbook.fish",
    )
    .action(async (shell: string) => {
      const { script } = await import("@bomb.sh/tab");
      script(shell, "loopbook", "loopbook");
    });
}
