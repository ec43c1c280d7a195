/** Pipes and files: what goes to standard output, what to standard error, and what machines read. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CliFolder, notebookText, printedBy, type TestNotebook, textOf } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

const cells = [
  { source: "lr = 0.1  # the step\nlayers = [1]", tags: ["parameters"] },
  { source: "import sys\nprint('out', lr)\nprint('err', file=sys.stderr)" },
];

/** Standard input as a pipe that a shell makes: Node's own are sockets. */
const shell = (script: string) =>
  folder.run(["-c", script.replaceAll("loopbook", `${process.execPath} ${folder.cli}`)], {
    command: ["bash"],
  });

test("- - reads and writes through pipes; standard output is the notebook and nothing else", async () => {
  const input = notebookText(cells);
  const { code, stdout, stderr } = await folder.run(["run", "-", "-", "-p", "lr", "0.5"], { input });
  expect(code).toBe(0);
  const notebook = JSON.parse(stdout) as TestNotebook;
  expect(printedBy(notebook)).toBe("out 0.5\nerr\n");
  expect(stdout.startsWith('{\n "cells": [')).toBe(true);
  expect(stderr).toContain("completed");
});

test("as papermill: pipes on both sides need no names, and a name behind a pipe is the output", async () => {
  folder.notebook("in.ipynb", cells);
  const both = await shell("cat in.ipynb | loopbook run -y '{lr: 2.5}' | cat");
  expect(printedBy(JSON.parse(both.stdout) as TestNotebook)).toBe("out 2.5\nerr\n");
  const named = await shell("cat in.ipynb | loopbook run behind.ipynb");
  expect(named.stdout).toBe("");
  expect(printedBy(folder.read("behind.ipynb"))).toBe("out 0.1\nerr\n");
});

test("also a failed notebook goes to standard output, up to where it came", async () => {
  const input = notebookText([{ source: "print('before')" }, { source: "1/0" }]);
  const { code, stdout } = await folder.run(["run", "-", "-"], { input });
  expect(code).toBe(1);
  expect(printedBy(JSON.parse(stdout) as TestNotebook)).toBe("before\n");
});

test("broken input is one line, and nothing is written", async () => {
  const { code, stdout, stderr } = await folder.run(["run", "-", "broken-out.ipynb"], {
    input: '{"cells": [',
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^error: The notebook on standard input[^\n]*\n$/);
  expect(folder.exists("broken-out.ipynb")).toBe(false);
});

test("--json: one event a line, from start to end", async () => {
  folder.notebook("events.ipynb", cells);
  const { stdout } = await folder.run(["run", "events.ipynb", "events-out.ipynb", "--json", "-p", "lr", "3"]);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ type: "started", values: { lr: 3 }, name: "events" });
  expect(events.at(-1)).toMatchObject({
    type: "ended",
    status: "completed",
    exitCode: 0,
    output: folder.file("events-out.ipynb"),
  });
  const completed = events.filter(({ type, status }) => type === "step" && status === "completed");
  expect(completed.map(({ cell }) => cell)).toHaveLength(3);
});

test("--log-output, --stdout-file and --stderr-file pass on what cells print", async () => {
  folder.notebook("log.ipynb", cells);
  const run = await folder.run([
    "run",
    "log.ipynb",
    "log-out.ipynb",
    "--log-output",
    "--stdout-file",
    "o.txt",
    "--stderr-file",
    "e.txt",
  ]);
  expect(run.stderr).toContain("out 0.1\n");
  expect(run.stdout).toBe("");
  expect(readFileSync(folder.file("o.txt"), "utf8")).toBe("out 0.1\n");
  expect(readFileSync(folder.file("e.txt"), "utf8")).toBe("err\n");
});

test("--inspect shows what a notebook declares", async () => {
  folder.notebook("help.ipynb", cells);
  for (const flag of ["--inspect", "--help-notebook"]) {
    const { code, stdout } = await folder.run(["run", "help.ipynb", flag]);
    expect(code).toBe(0);
    expect(stdout).toContain("  lr: float (default 0.1)         the step\n");
  }
  const [first] = await folder.json<{ name: string; type: string }[]>(["run", "help.ipynb", "--inspect"]);
  expect(first).toMatchObject({ name: "lr", type: "float" });
});

test("--prepare-only writes the parameters and runs nothing", async () => {
  folder.notebook("prepare.ipynb", cells);
  const { code } = await folder.run([
    "run",
    "prepare.ipynb",
    "prepared.ipynb",
    "--prepare-only",
    "-p",
    "layers",
    "[3, 4]",
    "--report-mode",
  ]);
  expect(code).toBe(0);
  const prepared = folder.read("prepared.ipynb");
  expect(prepared.cells.map(({ source }) => textOf(source))[1]).toBe("# Parameters\nlayers = [3, 4]\n");
  expect(prepared.cells.every(({ outputs }) => outputs?.length === 0)).toBe(true);
});

test("a reader that goes away is no error", async () => {
  const { stderr } = await shell("loopbook help run | head -1");
  expect(stderr).toBe("");
});
