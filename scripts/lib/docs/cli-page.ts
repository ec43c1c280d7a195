/** docs/reference/cli.md: what `--help` says of every command, and the options that it hides. */
import type { Command } from "commander";
import { exitCodesText } from "../../../src/cli/exit-codes.ts";
import { buildProgram } from "../../../src/cli/program.ts";

const COLUMNS = 100;

/** The whole program, with every command loaded; what it prints is handed to `print`. */
export async function wholeProgram(print: (text: string) => void = () => {}): Promise<Command> {
  const plain = (await import("picocolors")).default.createColors(false);
  const terminal = {
    out: print,
    err: print,
    inIsTty: false,
    outIsTty: false,
    errIsTty: false,
    columns: () => COLUMNS,
    colours: plain,
    outColours: plain,
  };
  const context = { terminal, env: {}, cwd: "/", setExitCode: () => {} };
  return (await buildProgram([], context, true)).root;
}

/** Commands that are shown, those of commands too. */
export function allCommands(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}

export async function cliPage(): Promise<string> {
  let printed = "";
  const root = await wholeProgram((text) => {
    printed += text;
  });
  const help = (command: Command): string => {
    printed = "";
    command.outputHelp();
    return printed.trimEnd();
  };
  const sections = allCommands(root).map((command) => {
    const hidden = command.options.filter((option) => option.hidden);
    const also = hidden.map((option) => `- \`${option.flags}\`: ${option.description || "another spelling"}`);
    const aliases = command.aliases().map((alias) => `\`${alias}\``);
    return [
      `## ${fullName(command)}`,
      aliases.length > 0 ? `Also: ${aliases.join(", ")}.` : null,
      `\`\`\`text\n${help(command)}\n\`\`\``,
      also.length > 0 ? `Accepted too:\n\n${also.join("\n")}` : null,
    ]
      .filter((part) => part !== null)
      .join("\n\n");
  });
  return `# Command line

Generated from the program by \`npm run docs\`.

\`\`\`text
${help(root)}
\`\`\`

## Exit codes

\`\`\`text
${exitCodesText.trim()}
\`\`\`

${sections.join("\n\n")}
`;
}
