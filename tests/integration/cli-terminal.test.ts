/** A run at a terminal: progress, keys, Ctrl-C, questions; and the player. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunSnapshot } from "../../src/runs/run.ts";
import { CliFolder, PYTHON, printedBy, type Running, until } from "./cli-support.ts";

let folder: CliFolder;
beforeAll(() => {
  folder = new CliFolder();
});
afterAll(() => folder.remove());

/** Starts on a terminal; what is written to its `process.stdin` is typed. */
function atTerminal(...args: readonly string[]): Running {
  const pty = join(import.meta.dirname, "at_terminal.py");
  return folder.start([process.execPath, folder.cli, ...args], { openInput: true, command: [PYTHON, pty] });
}

const type = (run: Running, keys: string): void => {
  run.process.stdin?.write(keys);
};
/** A question is written where the progress was wiped away; the same words may stand in a cell's title before. */
const ASKED = (prompt: string): RegExp => new RegExp(`\\[0J${prompt.replace("?", "\\?")}`);
const CTRL_C = "\u0003";
const busy = "print('busy', flush=True)\nimport time\nfor _ in range(600): time.sleep(0.1)";

describe("a run at a terminal", () => {
  test("shows step, cell and its last line, and ends with one line", async () => {
    folder.notebook("show.ipynb", [
      { source: "## Train the model", type: "markdown" },
      { source: "import time\nprint('epoch 1', flush=True)\ntime.sleep(0.6)" },
    ]);
    const run = atTerminal("run", "show.ipynb", "show-out.ipynb");
    await run.says("Train the model");
    await run.says("│ epoch 1");
    await run.says(/step 1 of 1/);
    await run.says(/http:\/\/127\.0\.0\.1:\d+\/open\/show-out\.ipynb\?token=/);
    expect((await run.ended).code).toBe(0);
    expect(run.stdout()).toContain("✓ show completed, 1 of 1 steps");
  });

  test("Ctrl-C interrupts and holds and says what one can do; k skips, a approves, r resumes", async () => {
    folder.notebook("keys.ipynb", [
      { source: busy },
      { source: "print('gate')", tags: ["hold"] },
      { source: "print('end')" },
    ]);
    const run = atTerminal("run", "keys.ipynb", "keys-out.ipynb");
    await run.says("│ busy");
    type(run, CTRL_C);
    await run.says("r run the cell again");
    type(run, "k");
    await run.says(/Stepped by Ana|Waits for approval/);
    type(run, "r");
    expect((await run.ended).code).toBe(0);
    expect(printedBy(folder.read("keys-out.ipynb"))).toContain("end");
  });

  test("Ctrl-C twice stops, with everything saved", async () => {
    folder.notebook("twice.ipynb", [{ source: busy }, { source: "print('never')" }]);
    const run = atTerminal("run", "twice.ipynb", "twice-out.ipynb");
    await run.says("│ busy");
    type(run, CTRL_C);
    await run.says("r run the cell again");
    type(run, CTRL_C);
    expect((await run.ended).code).toBe(130);
    expect(printedBy(folder.read("twice-out.ipynb"))).toContain("busy\n");
  });

  test("a terminal that is closed takes nothing along: the run goes on to its end", async () => {
    folder.notebook("gone.ipynb", [
      {
        source:
          "print('busy', flush=True)\nimport os, time\nwhile not os.path.exists('left'): time.sleep(0.02)",
      },
      { source: "print('end')" },
    ]);
    const run = atTerminal("run", "gone.ipynb", "gone-out.ipynb");
    await run.says("│ busy");
    run.process.kill("SIGKILL");
    await run.ended;
    const list = await folder.run(["ps"]);
    expect(list.stdout).toContain("gone");
    folder.write("left", "");
    await until(
      async () =>
        (await folder.json<RunSnapshot[]>(["runs"])).some(
          ({ name, status }) => name === "gone" && status === "completed",
        ),
      () => "the run completes",
    );
    expect(printedBy(folder.read("gone-out.ipynb"))).toBe("busy\nend\n");
  });

  test("p pauses at the next cell, q stops there", async () => {
    folder.notebook("pause.ipynb", [
      {
        source:
          "print('busy', flush=True)\nimport os, time\nwhile not os.path.exists('go'): time.sleep(0.02)",
      },
      { source: "print('never')" },
    ]);
    const run = atTerminal("run", "pause.ipynb", "pause-out.ipynb");
    await run.says("│ busy");
    type(run, "p");
    await run.says("pausing after");
    folder.write("go", "");
    await run.says("r resume");
    type(run, "q");
    expect((await run.ended).code).toBe(130);
    expect(printedBy(folder.read("pause-out.ipynb"))).toBe("busy\n");
  });

  test("input() is asked here, and a password is not shown", async () => {
    folder.notebook("ask.ipynb", [
      { source: "print('hello', input('Your name? '))" },
      { source: "from getpass import getpass\nprint('length', len(getpass('Key: ')))" },
    ]);
    const run = atTerminal("run", "ask.ipynb", "ask-out.ipynb");
    await run.says(ASKED("Your name? "));
    type(run, "Ana\r");
    await run.says(ASKED("Key: "));
    type(run, "s3cret\r");
    expect((await run.ended).code).toBe(0);
    expect(run.stdout()).not.toContain("s3cret");
    const printed = printedBy(folder.read("ask-out.ipynb"));
    expect(printed).toContain("hello Ana");
    expect(printed).toContain("length 6");
  });
});

describe("the player", () => {
  test("walks, runs code in between, leaves, and comes back where it was with the variables", async () => {
    folder.notebook("walk.ipynb", [
      { source: "# Title", type: "markdown" },
      { source: "x = 20" },
      { source: "print('x is', x)\nx * 2" },
      { source: "1/0" },
    ]);
    const first = await folder.run(["step", "walk.ipynb"], {
      input: "\n\nx += 1\n!echo from-the-shell\n\nq\n",
    });
    expect(first.code).toBe(0);
    expect(first.stdout).toContain("Title");
    expect(first.stdout).toContain("from-the-shell");
    expect(first.stdout).toMatch(/x is 21\n42\n/);
    const second = await folder.run(["step", "walk.ipynb"], {
      input: "x + 1\n/Title\n\n\n3\nrun to 4\n--1\nl\n",
    });
    expect(second.stderr).toContain("the kernel still has its variables");
    // It comes back at the last cell, where it left.
    expect(second.stdout.indexOf("1/0")).toBeLessThan(second.stdout.indexOf("Title"));
    expect(second.stdout).toMatch(/\n22\n|\] 22\n/);
    expect(second.stdout).toContain("ZeroDivisionError");
    expect(second.stdout).toContain("▶   4");
    await until(
      () => printedBy(folder.read("walk.ipynb")).includes("x is 20"),
      () => "the saved outputs",
    );
    expect(folder.read("walk.ipynb").cells).toHaveLength(4);
  });

  test("edits with EDITOR, inserts, deletes and undoes, in the live document", async () => {
    folder.notebook("edit.ipynb", [{ source: "y = 1" }, { source: "print('y', y)" }]);
    const editor = folder.write("editor.sh", 'echo "y = 5" > "$1"\n');
    const run = await folder.run(["step", "edit.ipynb"], {
      env: { EDITOR: `sh ${editor}`, VISUAL: "" },
      input: "e\n\n\np\nd\nu\ni\nl\nq\n",
    });
    expect(run.stdout).toContain("y 5");
    expect(run.stdout).toContain("Deleted; u brings it back.");
    expect(folder.read("edit.ipynb").cells).toHaveLength(3);
  });

  test("an image is named with a link to a file", async () => {
    folder.notebook("plot.ipynb", [
      {
        source:
          "from IPython.display import display\nimport base64\nfrom IPython.display import Image\nImage(base64.b64decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))",
      },
    ]);
    const { stdout } = await folder.run(["step", "plot.ipynb"], { input: "\n" });
    expect(stdout).toMatch(/\[image\/png\] file:\/\/\S+\.png/);
  });

  test("input() is asked in the player, and Ctrl-C interrupts the cell at a terminal", async () => {
    folder.notebook("talk.ipynb", [{ source: "print('hi', input('who? '))" }, { source: busy }]);
    const run = atTerminal("step", "talk.ipynb");
    await run.says("[1/2]");
    type(run, "\r");
    await run.says("who? ");
    type(run, "Ana\r");
    await run.says("hi Ana");
    await run.says("[2/2]");
    type(run, "\r");
    await run.says("busy\r\n");
    type(run, CTRL_C);
    await run.says("Interrupted");
    type(run, "q\r");
    expect((await run.ended).code).toBe(0);
  });
});
