import { describe, expect, test } from "vitest";
import { type Pipes, runEnds, type TypedEnds } from "./ends.ts";

const terminal: Pipes = { stdinIsPipe: false, stdoutIsTty: true, stdoutIsTaken: false };
const typed = (change: Partial<TypedEnds>): TypedEnds => ({
  input: undefined,
  output: undefined,
  outputOption: undefined,
  inPlace: false,
  ...change,
});

describe("where a run reads and writes", () => {
  test.each<[string, Partial<TypedEnds>, Partial<Pipes>, string, unknown]>([
    ["in and out", { input: "a", output: "b" }, {}, "a", { type: "path", path: "b" }],
    ["-o", { input: "a", outputOption: "b" }, {}, "a", { type: "path", path: "b" }],
    ["in place", { input: "a", inPlace: true }, {}, "a", { type: "in-place" }],
    ["only in, at a terminal", { input: "a" }, {}, "a", { type: "record", print: false }],
    ["only in, piped on", { input: "a" }, { stdoutIsTty: false }, "a", { type: "record", print: true }],
    [
      "only in, with --json",
      { input: "a" },
      { stdoutIsTty: false, stdoutIsTaken: true },
      "a",
      { type: "record", print: false },
    ],
    ["- -", { input: "-", output: "-" }, {}, "-", { type: "stdout" }],
    ["nothing, between pipes", {}, { stdinIsPipe: true, stdoutIsTty: false }, "-", { type: "stdout" }],
    [
      "a path behind a pipe is the output",
      { input: "b" },
      { stdinIsPipe: true },
      "-",
      { type: "path", path: "b" },
    ],
    [
      "two paths behind a pipe",
      { input: "a", output: "b" },
      { stdinIsPipe: true },
      "a",
      { type: "path", path: "b" },
    ],
    [
      "-o behind a pipe",
      { input: "a", outputOption: "b" },
      { stdinIsPipe: true },
      "a",
      { type: "path", path: "b" },
    ],
    [
      "in place behind a pipe",
      { input: "a", inPlace: true },
      { stdinIsPipe: true },
      "a",
      { type: "in-place" },
    ],
    ["only - at a terminal", { input: "-" }, {}, "-", { type: "stdout" }],
  ])("%s", (_name, words, pipes, input, output) => {
    expect(runEnds(typed(words), { ...terminal, ...pipes })).toEqual({ input, output });
  });

  test("contradictions and gaps are usage errors", () => {
    expect(() => runEnds(typed({}), terminal)).toThrow(/Which notebook/);
    expect(() => runEnds(typed({ outputOption: "b" }), terminal)).toThrow(/Which notebook/);
    expect(() => runEnds(typed({ input: "a", output: "b", outputOption: "c" }), terminal)).toThrow(
      /Two outputs/,
    );
    expect(() => runEnds(typed({ input: "a", output: "b", inPlace: true }), terminal)).toThrow(/in-place/);
    expect(() => runEnds(typed({ input: "-", inPlace: true }), terminal)).toThrow(/no file behind/);
  });
});
