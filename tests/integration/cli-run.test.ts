/** `loopbook run`: every way a run can end, as exit code, in the file and in the record. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listKernels } from "../../src/worker/held-kernels.ts";
import { CliFolder, printedBy, type TestCell, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

const ok: TestCell = { source: "print('one')" };
const last: TestCell = { source: "print('last')" };

function statuses(name: string): string[] {
  return folder
    .read(name)
    .cells.map(({ metadata }) => metadata.loopbook?.status ?? metadata.papermill?.status ?? "none");
}

describe("the exit code tells how a run ended", () => {
  test("0: completed", async () => {
    folder.notebook("good.ipynb", [ok, last]);
    const { code, stdout, stderr } = await folder.run(["run", "good.ipynb", "good-out.ipynb"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/✓ good completed, 2 of 2 steps/);
    expect(statuses("good-out.ipynb")).toEqual(["completed", "completed"]);
    expect(printedBy(folder.read("good-out.ipynb"))).toBe("one\nlast\n");
    expect(printedBy(folder.read("good.ipynb"))).toBe("");
  });

  test("1: a cell raised; later cells were not run, and the traceback is on standard error", async () => {
    folder.notebook("bad.ipynb", [ok, { source: "1/0" }, last]);
    const { code, stderr } = await folder.run(["run", "bad.ipynb", "bad-out.ipynb"]);
    expect(code).toBe(1);
    expect(stderr).toContain("ZeroDivisionError: division by zero");
    expect(stderr).toMatch(/✗ bad failed: ZeroDivisionError/);
    expect(statuses("bad-out.ipynb")).toEqual(["completed", "failed", "not-run"]);
  });

  test("0: the error was allowed", async () => {
    folder.notebook("allowed.ipynb", [{ source: "1/0" }, last]);
    for (const allow of [["--allow-errors"], ["--allow-error-name", "ZeroDivisionError"]]) {
      const { code } = await folder.run(["run", "allowed.ipynb", "allowed-out.ipynb", ...allow]);
      expect(code).toBe(0);
    }
    expect(printedBy(folder.read("allowed-out.ipynb"))).toBe("last\n");
  });

  test.each([
    ["an unknown option", ["run", "good.ipynb", "--alow-errors"], "--allow-errors"],
    ["an unknown command", ["rnu", "good.ipynb"], "run"],
    ["an unknown parameter", ["run", "declared.ipynb", "-p", "epoch", "3"], "epochs"],
    ["a value of the wrong type", ["run", "declared.ipynb", "-p", "epochs", "many"], "whole number"],
    ["no notebook", ["run"], "Which notebook"],
    ["an unknown engine", ["run", "good.ipynb", "--engine", "spark"], "no engine spark"],
  ])("2: %s, with what to type", async (_what, args, hint) => {
    folder.notebook("declared.ipynb", [{ source: "epochs: int = 3", tags: ["parameters"] }]);
    const { code, stderr } = await folder.run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain("    at ");
  });

  test("1: no such notebook, in one line", async () => {
    const { code, stderr } = await folder.run(["run", "gone.ipynb"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*gone\.ipynb[^\n]*\n$/);
  });

  test("124: a cell took too long", async () => {
    folder.notebook("slow.ipynb", [ok, { source: "import time; time.sleep(60)" }, last]);
    const { code, stderr } = await folder.run([
      "run",
      "slow.ipynb",
      "slow-out.ipynb",
      "--execution-timeout",
      "1",
    ]);
    expect(code).toBe(124);
    expect(stderr).toContain("timed-out");
    expect(statuses("slow-out.ipynb")).toEqual(["completed", "timed-out", "not-run"]);
  });

  test("124: the run took too long", async () => {
    folder.notebook("long.ipynb", [{ source: "import time; time.sleep(60)" }]);
    const { code } = await folder.run(["run", "long.ipynb", "long-out.ipynb", "--timeout", "2"]);
    expect(code).toBe(124);
  });

  test("138: the kernel died", async () => {
    folder.notebook("dead.ipynb", [ok, { source: "import os; os.kill(os.getpid(), 9)" }, last]);
    const { code, stderr } = await folder.run(["run", "dead.ipynb", "dead-out.ipynb"]);
    expect(code).toBe(138);
    expect(stderr).toContain("SIGKILL");
    expect(statuses("dead-out.ipynb")).toEqual(["completed", "died", "not-run"]);
  });

  test("130: Ctrl-C while it starts stops it when it has, and leaves no kernel behind", async () => {
    folder.notebook("early.ipynb", [{ source: "import time; time.sleep(30)" }]);
    for (const delayMs of [250, 400, 550, 700]) {
      const run = folder.start(["run", "early.ipynb", "early-out.ipynb"]);
      await new Promise((done) => setTimeout(done, delayMs));
      run.process.kill("SIGINT");
      await new Promise((done) => setTimeout(done, 400));
      run.process.kill("SIGINT");
      const { code, signal } = await run.ended;
      // Before the program itself has begun, the system ends it.
      expect(code === 130 || signal === "SIGINT").toBe(true);
      await until(
        () => listKernels(folder.home).length === 0,
        () => "no kernel is left",
      );
    }
  });

  test("130: SIGTERM stops, with everything saved", async () => {
    folder.notebook("term.ipynb", [
      { source: "print('busy', flush=True)\nimport time; time.sleep(60)" },
      last,
    ]);
    const run = folder.start(["run", "term.ipynb", "term-out.ipynb", "--log-output"]);
    await run.says("busy");
    run.process.kill("SIGTERM");
    const { code, signal } = await run.ended;
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    expect(printedBy(folder.read("term-out.ipynb"))).toBe("busy\n");
    expect(statuses("term-out.ipynb")[1]).toBe("not-run");
  });

  test("130: Ctrl-C twice; the first one interrupts and holds, with the kernel alive", async () => {
    folder.notebook("ctrl.ipynb", [
      { source: "print('busy', flush=True)\nimport time; time.sleep(60)" },
      last,
    ]);
    const run = folder.start(["run", "ctrl.ipynb", "ctrl-out.ipynb", "--log-output"]);
    await run.says("busy");
    run.process.kill("SIGINT");
    await run.says(/holds: Interrupted/);
    expect((await folder.json<{ status: string }[]>(["ps"])).map(({ status }) => status)).toEqual(["held"]);
    run.process.kill("SIGINT");
    expect((await run.ended).code).toBe(130);
    expect(statuses("ctrl-out.ipynb")).toEqual(["interrupted", "not-run"]);
  });

  test("1: input() with --no-input fails at once", async () => {
    folder.notebook("asks.ipynb", [{ source: "input('name? ')" }]);
    const { code, stderr } = await folder.run(["run", "asks.ipynb", "asks-out.ipynb", "--no-input"]);
    expect(code).toBe(1);
    expect(stderr).toContain("StdinNotImplementedError");
  });
});

test("cells can be skipped by tag, and holds run through", async () => {
  folder.notebook("tags.ipynb", [
    { source: "print('no')", tags: ["plots"] },
    { source: "print('held')", tags: ["hold"] },
    { source: "print('never')", tags: ["skip-execution"] },
  ]);
  const { code } = await folder.run([
    "run",
    "tags.ipynb",
    "-o",
    "tags-out.ipynb",
    "--skip-tag",
    "plots",
    "--no-hold",
  ]);
  expect(code).toBe(0);
  expect(printedBy(folder.read("tags-out.ipynb"))).toBe("held\n");
});

test("in place: the notebook itself has the outputs, and its record is found by its path", async () => {
  folder.notebook("place.ipynb", [ok]);
  expect((await folder.run(["run", "place.ipynb", "--in-place", "--name", "nightly"])).code).toBe(0);
  expect(printedBy(folder.read("place.ipynb"))).toBe("one\n");
  const { stdout } = await folder.run(["show", "place.ipynb"]);
  expect(stdout).toMatch(/^nightly {2}run_/);
  expect((await folder.run(["show", "place.ipynb", "--source", "1"])).stdout).toBe("print('one')\n");
  expect((await folder.json<{ name: string }[]>(["runs", "place.ipynb"])).map(({ name }) => name)).toEqual([
    "nightly",
  ]);
});

test("parameters stand in the output's name, typed by their declaration", async () => {
  folder.notebook("named.ipynb", [
    { source: "lr = 0.1\ncode = 'x'", tags: ["parameters"] },
    { source: "print(lr, code)" },
  ]);
  folder.write("params.yaml", "lr: 1e-3\ncode: 9\n");
  const { code } = await folder.run([
    "run",
    "named.ipynb",
    "out_{lr}_{code}.ipynb",
    "-f",
    "params.yaml",
    "-p",
    "code",
    "007",
  ]);
  expect(code).toBe(0);
  expect(printedBy(folder.read("out_0.001_007.ipynb"))).toBe("0.001 007\n");
});
