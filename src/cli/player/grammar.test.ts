import { describe, expect, test } from "vitest";
import { indexOf, readLine, wantsMore } from "./grammar.ts";

describe("a line typed in the player", () => {
  test.each([
    ["", { type: "run" }],
    ["n", { type: "go", to: { from: "here", by: 1 } }],
    ["p", { type: "go", to: { from: "here", by: -1 } }],
    ["7", { type: "go", to: { from: "start", number: 7 } }],
    ["+3", { type: "go", to: { from: "here", by: 3 } }],
    ["-2", { type: "go", to: { from: "here", by: -2 } }],
    ["--1", { type: "go", to: { from: "end", number: 1 } }],
    ["run to 4", { type: "run-to", to: { from: "start", number: 4 } }],
    ["run 4", { type: "run-to", to: { from: "start", number: 4 } }],
    ["run all", { type: "run-to", to: { from: "end", number: 1 } }],
    ["!ls -l", { type: "shell", command: "ls -l" }],
    ["/loss", { type: "search", text: "loss" }],
    ["q", { type: "quit" }],
    ["x = 1", { type: "code", source: "x = 1" }],
    ["run", { type: "code", source: "run" }],
    [" n", { type: "code", source: "n" }],
    ["-x", { type: "code", source: "-x" }],
  ])("%j", (line, command) => expect(readLine(line)).toEqual(command));
});

test.each([
  [{ from: "start", number: 3 } as const, 2],
  [{ from: "start", number: 99 } as const, 5],
  [{ from: "here", by: 1 } as const, 2],
  [{ from: "here", by: -9 } as const, 0],
  [{ from: "end", number: 1 } as const, 4],
])("%j of five cells, from the second", (place, index) => expect(indexOf(place, 1, 5)).toBe(index));

test.each([
  ["for x in y:", true],
  ["f(1,", true],
  ["f(1)", false],
  ["'(' # [", false],
  ["x = 1 + \\", true],
  ["# note:", false],
])("%j goes on: %s", (line, more) => expect(wantsMore(line)).toBe(more));
