/** `runNotebook` for programs, with real kernels: the record, hooks that the run waits for, questions, and being stopped. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type NotebookHooks, openNotebook, type RunNotebookOptions, runNotebook } from "../../src/library.ts";
import { notebookText, PYTHON_PREFIX, ROOT, type TestCell } from "./cli-support.ts";

let folder = "";
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "loopbook-library-run-"));
  vi.stubEnv("VIRTUAL_ENV", PYTHON_PREFIX);
  vi.stubEnv("JUPYTER_PREFER_ENV_PATH", "1");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function run(cells: readonly TestCell[], options: RunNotebookOptions = {}) {
  const input = join(folder, `nb${++count}.ipynb`);
  await writeFile(input, notebookText(cells));
  return runNotebook(input, { cwd: folder, stateFolder: join(folder, "state"), ...options });
}

const printed = (result: Awaited<ReturnType<typeof run>>): string =>
  result.notebook.cells
    .flatMap((cell) => (cell.cell_type === "code" ? cell.outputs : []))
    .map((output) => (output.output_type === "stream" ? String(output.text) : ""))
    .join("");

/** Hooks that note what they are told, after a moment: a run that did not wait would be seen. */
function noting(notes: string[], more: NotebookHooks = {}): NotebookHooks {
  const note = async (text: string): Promise<void> => {
    await new Promise((done) => setTimeout(done, 50));
    notes.push(text);
  };
  return {
    onNotebookStart: () => note("start"),
    onCellStart: ({ index }) => note(`cell ${index}`),
    onCellComplete: ({ index, outcome, cell }) =>
      note(`cell ${index} ${outcome.type} ${cell.cell_type === "code" ? cell.outputs.length : "?"}`),
    onCellError: ({ index }) => note(`cell ${index} error`),
    onNotebookError: ({ status }) => note(`notebook ${status}`),
    onNotebookComplete: () => note("complete"),
    ...more,
  };
}

describe("a run of a program", () => {
  test("gives the record and the executed notebook, and writes the output", async () => {
    const output = join(folder, "out.ipynb");
    const cells = [{ source: "lr = 0.1", tags: ["parameters"] }, { source: "print('lr', lr)" }];
    const result = await run(cells, { output, parameters: { lr: 0.5 } });
    expect(result.snapshot).toMatchObject({ status: "completed", exitCode: 0, outputPath: output });
    expect(result.steps.map(({ status, source }) => [status, source])).toEqual([
      ["completed", "lr = 0.1"],
      ["completed", expect.stringContaining("lr = 0.5")],
      ["completed", "print('lr', lr)"],
    ]);
    expect(result.startedBy).toMatchObject({ kind: "person", using: "library" });
    expect(printed(result)).toBe("lr 0.5\n");
    expect((await openNotebook(output)).notebook).toEqual(result.notebook);
  });

  test("that fails is no exception, says where, and tells the hooks in nbclient's order", async () => {
    const notes: string[] = [];
    const cells = [{ source: "print(1)" }, { source: "1 / 0" }, { source: "print(3)" }];
    const result = await run(cells, { hooks: noting(notes) });
    expect(result.snapshot).toMatchObject({
      status: "failed",
      exitCode: 1,
      outcome: expect.stringContaining("ZeroDivisionError in cell 2"),
    });
    expect(notes).toEqual([
      "start",
      "cell 0",
      "cell 0 completed 1",
      "cell 1",
      "cell 1 failed 1",
      "cell 1 error",
      "notebook failed",
      "complete",
    ]);
  });

  test("what is wrong is thrown before anything runs", async () => {
    const notes: string[] = [];
    const cells = [{ source: "lr = 0.1", tags: ["parameters"] }];
    await expect(run(cells, { parameters: { lrr: 1 }, hooks: noting(notes) })).rejects.toMatchObject({
      code: "unknown-parameter",
    });
    await expect(runNotebook(join(folder, "none.ipynb"))).rejects.toMatchObject({
      code: "notebook-unreadable",
    });
    expect(notes).toEqual([]);
  });

  test("what a hook throws stops the run and comes out, with everything saved", async () => {
    const output = join(folder, "thrown.ipynb");
    const notes: string[] = [];
    const hooks = noting(notes, {
      onCellComplete: ({ index }) => {
        if (index === 0) throw new Error("enough");
      },
    });
    await expect(run([{ source: "print(1)" }, { source: "print(2)" }], { output, hooks })).rejects.toThrow(
      "enough",
    );
    expect(notes).toEqual(["start", "cell 0", "notebook stopped", "complete"]);
    expect(await readFile(output, "utf8")).toContain('"1\\n"');
  });
});

describe("a program", () => {
  test("stops a run by its signal, in the middle of a cell", async () => {
    const stop = new AbortController();
    const hooks = { onCellStart: ({ index }: { index: number }) => void (index === 1 && later(stop)) };
    const cells = [
      { source: "print(1)" },
      { source: "import time; time.sleep(600)" },
      { source: "print(3)" },
    ];
    const result = await run(cells, { signal: stop.signal, hooks });
    expect(result.snapshot).toMatchObject({ status: "stopped", exitCode: 130 });
    expect(result.steps.map(({ status }) => status)).toEqual(["completed", "interrupted"]);
    expect(printed(result)).toBe("1\n");
    await expect(run(cells, { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow(
      "too late",
    );
  });

  test("stops it while its own hook is busy: the cell is not run", async () => {
    const stop = new AbortController();
    const hooks = {
      onCellStart: ({ index }: { index: number }) => {
        if (index === 1) stop.abort();
        return index === 1 ? new Promise<void>(() => {}) : undefined;
      },
    };
    const result = await run([{ source: "print(1)" }, { source: "print(2)" }], {
      signal: stop.signal,
      hooks,
    });
    expect(result.snapshot).toMatchObject({ status: "stopped" });
    expect(printed(result)).toBe("1\n");
  });

  test("answers input() and holds; without an answer both end the run", async () => {
    const cells = [
      { source: "print('hello', input('Who? '))" },
      { source: "print('released')", tags: ["hold"] },
    ];
    const result = await run(cells, {
      onInput: ({ prompt }) => (prompt.includes("Who?") ? "Ana" : "?"),
      onHold: async ({ what }) => what.includes("approval"),
    });
    expect(result.snapshot.status).toBe("completed");
    expect(printed(result)).toContain("hello Ana\n");
    expect(printed(result)).toContain("released\n");
    expect((await run(cells)).snapshot).toMatchObject({ status: "failed" });
    expect((await run(cells.slice(1))).snapshot).toMatchObject({ status: "stopped", exitCode: 130 });
  });

  test("runs several at once, each in its own folder", async () => {
    const folders = await Promise.all([1, 2, 3, 4].map(() => mkdtemp(join(folder, "cwd-"))));
    const source =
      "import os, time\nopen('mine', 'x').write(os.getcwd())\ntime.sleep(0.5)\nprint(open('mine').read())";
    const results = await Promise.all(folders.map((cwd) => run([{ source }], { cwd })));
    expect(results.map((result) => result.snapshot.status)).toEqual(folders.map(() => "completed"));
    expect(results.map(printed)).toEqual(folders.map((cwd) => `${cwd}\n`));
  });

  test("that only opens notebooks loads nothing of kernels and runs", async () => {
    const library = pathToFileURL(join(ROOT, "src/library.ts")).href;
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
      await import(${JSON.stringify(library)});
      console.log(loaded.filter((url) => /\\/src\\/(worker|kernel|compute|runs|usecases|client|server|document)\\//.test(url)).length);
    `;
    const stdout = await new Promise<string>((resolve, reject) =>
      execFile(process.execPath, ["--input-type=module", "-e", script], (error, out) =>
        error === null ? resolve(out) : reject(error),
      ),
    );
    expect(stdout).toBe("0\n");
  });
});

function later(stop: AbortController): void {
  setTimeout(() => stop.abort(), 300);
}
