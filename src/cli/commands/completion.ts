import { Argument, type Command } from "commander";
import type { CliContext } from "../context.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

export function define(command: Command, context: CliContext): void {
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
      context.terminal.out(await completionScript(shell));
    });
}

async function completionScript(shell: string): Promise<string> {
  const { script } = await import("@bomb.sh/tab");
  const lines: string[] = [];
  const { log } = console;
  // The library prints; its bash script also forbids itself to be read twice in one shell, as happens at a new login.
  console.log = (text: unknown) => void lines.push(String(text).replaceAll(/^readonly /gm, ""));
  try {
    script(shell, "loopbook", "loopbook");
  } finally {
    console.log = log;
  }
  return `${lines.join("\n")}\n`;
}
