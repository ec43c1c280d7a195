import { describe, expect, test } from "vitest";
import { browserCommands, type Surroundings } from "./browser-command.ts";

const url = "http://127.0.0.1:7717/?token=a&b";
const linux: Surroundings = { platform: "linux", env: { DISPLAY: ":0" }, isWsl: false, has: () => true };

describe("the program that opens a browser", () => {
  test("is BROWSER's, with the address as one argument", () => {
    const env = { BROWSER: 'firefox:my-browser --new "%s" &' };
    expect(browserCommands(url, { ...linux, env })).toEqual([
      { program: "firefox", args: [url] },
      { program: "my-browser", args: ["--new", url] },
    ]);
  });
  test("an empty BROWSER opens nothing", () => {
    expect(browserCommands(url, { ...linux, env: { BROWSER: "", DISPLAY: ":0" } })).toEqual([]);
  });
  test("is xdg-open on a desktop", () => {
    expect(browserCommands(url, linux)[0]).toEqual({ program: "xdg-open", args: [url] });
  });
  test("is none without a display", () => expect(browserCommands(url, { ...linux, env: {} })).toEqual([]));
  test("is Windows' own under WSL, also without wslview", () => {
    const wsl = { ...linux, env: {}, isWsl: true, has: (program: string) => program.endsWith(".exe") };
    expect(browserCommands(url, wsl).map(({ program }) => program)).toEqual(["rundll32.exe", "explorer.exe"]);
  });
  test("is open on a Mac", () => {
    expect(browserCommands(url, { ...linux, platform: "darwin" })).toEqual([
      { program: "open", args: [url] },
    ]);
  });
});
