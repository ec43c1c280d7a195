/** Which program opens an address in the user's browser. Pure. */

export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Linux inside Windows. */
  readonly isWsl: boolean;
  /** Whether a program of this name is on PATH. */
  readonly has: (program: string) => boolean;
}

export interface BrowserCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The commands to try, in this order. The address is always one argument and never passes through a shell or a
 * redirect file. `BROWSER` is honoured as Python's webbrowser does: several separated by the path separator, `%s`
 * stands for the address; empty or `none` opens nothing.
 */
export function browserCommands(url: string, around: Surroundings): readonly BrowserCommand[] {
  const wished = around.env.BROWSER;
  if (wished !== undefined) {
    if (wished.trim() === "" || wished === "none") return [];
    const separator = around.platform === "win32" ? ";" : ":";
    return wished
      .split(separator)
      .filter((entry) => entry.trim() !== "")
      .map((entry) => commandOf(entry.trim(), url));
  }
  return platformCommands(url, around).filter(({ program }) => around.has(program));
}

function commandOf(entry: string, url: string): BrowserCommand {
  const [program = "", ...args] = splitWords(entry);
  const isPlaced = args.some((arg) => arg.includes("%s"));
  const placed = args.filter((arg) => arg !== "&").map((arg) => arg.replaceAll("%s", () => url));
  return { program, args: isPlaced ? placed : [...placed, url] };
}

function splitWords(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}

function platformCommands(url: string, { platform, env, isWsl }: Surroundings): BrowserCommand[] {
  if (platform === "darwin") return [{ program: "open", args: [url] }];
  if (platform === "win32") return [{ program: "rundll32", args: ["url.dll,FileProtocolHandler", url] }];
  const commands: BrowserCommand[] = [];
  if (isWsl) {
    commands.push({ program: "wslview", args: [url] });
    commands.push({ program: "rundll32.exe", args: ["url.dll,FileProtocolHandler", url] });
    commands.push({ program: "explorer.exe", args: [url] });
  }
  // Without a display xdg-open would start a browser in this very terminal.
  if (env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined) {
    commands.push({ program: "xdg-open", args: [url] });
    commands.push({ program: "gio", args: ["open", url] });
    commands.push({ program: "x-www-browser", args: [url] });
  }
  return commands;
}
