import { expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";
import { matchCommands } from "./match-commands.ts";

const commands = ["Insert a cell above", "Run all cells above", "Make it a heading 1"].map((label) => ({
  label,
}));

test("every word must occur, and beginnings come first", () => {
  expect(matchCommands(commands, "above cell").map(({ label }) => label)).toEqual([
    "Insert a cell above",
    "Run all cells above",
  ]);
  expect(matchCommands(COMMANDS, "insert below")[0]?.label).toBe("Insert a cell below");
  expect(matchCommands(commands, "run")[0]?.label).toBe("Run all cells above");
  expect(matchCommands(commands, "")).toEqual(commands);
  expect(matchCommands(commands, "nothing")).toEqual([]);
});

test("no two commands share an id, nor a key in one mode", () => {
  const ids = COMMANDS.map((command) => command.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const mode of ["command", "edit"] as const) {
    const keys = COMMANDS.filter((command) => command.mode === mode || command.mode === "any").flatMap(
      (c) => c.keys,
    );
    expect(new Set(keys).size).toBe(keys.length);
  }
});

test("JupyterLab's command-mode keys are all kept", () => {
  const keys = new Set(
    COMMANDS.filter((command) => command.mode !== "edit").flatMap((command) => command.keys),
  );
  const jupyter =
    "a|b|x|c|v|d d|z|m|y|r|1|2|3|4|5|6|j|k|ArrowUp|ArrowDown|Enter|Shift+Enter|Ctrl+Enter|Alt+Enter|i i|0 0|Shift+M|Ctrl+s|Ctrl+Shift+C|Shift+J|Shift+K";
  expect(jupyter.split("|").filter((key) => !keys.has(key))).toEqual([]);
});
