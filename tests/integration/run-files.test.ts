/** What a run reads and writes: outputs of all kinds, injected parameters, papermill's metadata, a valid file always. */
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Notebook } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { CellId, RunId } from "../../src/util/ids.ts";
import { ana, aRunBench, notebookFrom, type RunBench, testRun } from "./run-support.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await aRunBench();
});
afterAll(() => bench.close());

const sourcesOf = (notebook: Notebook) => notebook.cells.map(({ source }) => source);
let files = 0;

async function aFile(notebook: Notebook): Promise<string> {
  const path = join(bench.folder, `file${++files}.ipynb`);
  await writeFile(path, serialiseNotebook(notebook));
  return path;
}

function request(
  change: Partial<Parameters<RunBench["host"]["startRun"]>[0]> &
    Pick<Parameters<RunBench["host"]["startRun"]>[0], "input">,
) {
  return { runId: RunId.create(), output: { type: "none" } as const, options: {}, by: ana, ...change };
}

describe("an output file", () => {
  it("is a copy with parameters injected and papermill's metadata; the input stays as it was", async () => {
    const cells = { "p|parameters": "lr = 0.1\nname = 'a'", a: "print(lr, name)" };
    const test = await bench.start(cells, { parameters: { lr: 1, name: "007" } });
    const before = await readFile(test.input);
    const end = await test.ended();
    expect(await readFile(test.input)).toEqual(before);
    const written = await test.written();
    expect(sourcesOf(written)).toEqual([
      "lr = 0.1\nname = 'a'",
      '# Parameters\nlr = 1.0\nname = "007"\n',
      "print(lr, name)",
    ]);
    expect(written.cells[1]?.metadata.tags).toEqual(["injected-parameters"]);
    expect(written.cells[2]).toMatchObject({ outputs: [{ text: "1.0 007\n" }], execution_count: 3 });
    expect(written.metadata.papermill).toMatchObject({
      parameters: { lr: 1, name: "007" },
      default_parameters: { lr: 0.1, name: "a" },
      exception: null,
      input_path: test.input,
      output_path: test.output,
      environment_variables: {},
      duration: expect.any(Number),
      start_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\+00:00$/),
    });
    for (const { metadata } of written.cells) {
      expect(metadata.papermill).toMatchObject({
        status: "completed",
        exception: false,
        duration: expect.any(Number),
      });
      expect(metadata.execution).toMatchObject({ "iopub.status.idle": expect.any(String) });
    }
    expect(end.values).toEqual({ lr: 1, name: "007" });
    const record = await bench.host.runRecord(end.id);
    expect(record).toMatchObject({
      options: { parameters: { lr: 1, name: "007" } },
      startedBy: ana,
      kernel: { name: "python3", implementation: "ipython" },
      packages: { ipykernel: expect.any(String) },
    });
  });

  it("run again over itself: its injected cell is replaced, old outputs are gone from the first moment", async () => {
    const first = await bench.start(
      { "p|parameters": "n = 1", a: "print(n)", b: "print('b')" },
      { parameters: { n: 2 } },
    );
    await first.ended();
    const run = await bench.host.startRun(
      request({
        input: { path: first.output },
        output: { type: "path", path: join(bench.folder, "again.ipynb") },
        options: { parameters: { n: 3 } },
      }),
    );
    const again = testRun(run, first.output, join(bench.folder, "again.ipynb"));
    const atStart = await again.written();
    expect(
      atStart.cells.every(
        (cell) => cell.cell_type !== "code" || cell.outputs.length === 0 || cell.execution_count !== null,
      ),
    ).toBe(true);
    await again.ended();
    expect(sourcesOf(await again.written())).toEqual([
      "n = 1",
      "# Parameters\nn = 3\n",
      "print(n)",
      "print('b')",
    ]);
    expect(again.printed("a")).toBe("3\n");
  });

  it("hides sources in report mode", async () => {
    const test = await bench.start(
      { "p|parameters": "n = 1", m: "md:text" },
      { parameters: { n: 2 }, reportMode: true },
    );
    await test.ended();
    expect((await test.written()).cells.map(({ metadata }) => metadata.jupyter)).toEqual([
      { source_hidden: true },
      { source_hidden: true },
      undefined,
    ]);
  });

  it("is valid JSON and a notebook at every moment", async () => {
    const test = await bench.start({
      a: "import time\nfor i in range(65):\n    print('x' * 2000)\n    time.sleep(0.1)",
      b: "print('end')",
    });
    let isOver = false;
    let looks = 0;
    const sizes = new Set<number>();
    void test.run.ended.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const bytes = await readFile(test.output);
      expect(parseNotebook(bytes, test.output).notebook.cells).toHaveLength(2);
      sizes.add(bytes.length);
      looks++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(looks).toBeGreaterThan(50);
    // Saved in the middle, too (after five seconds without a pause), not only at both ends.
    sizes.add((await stat(test.output)).size);
    expect(sizes.size).toBeGreaterThan(2);
  });

  it("that cannot be written is refused before anything runs", async () => {
    const input = await aFile(notebookFrom({ a: "print(1)" }));
    await writeFile(join(bench.folder, "blocked"), "a file, not a folder");
    const output = { type: "path", path: join(bench.folder, "blocked/out.ipynb") } as const;
    await expect(bench.host.startRun(request({ input: { path: input }, output }))).rejects.toMatchObject({
      code: "output-unwritable",
    });
    expect(bench.host.runs().every((run) => run.snapshot().endedAtMs !== null)).toBe(true);
  });

  it("that can no longer be written at the end makes the run a failed one", async () => {
    const folder = join(bench.folder, "vanishing");
    await mkdir(folder);
    const input = await aFile(notebookFrom({ "a|hold": "print(1)" }));
    const output = { type: "path", path: join(folder, "out.ipynb") } as const;
    const run = testRun(
      await bench.host.startRun(request({ input: { path: input }, output })),
      input,
      output.path,
    );
    await run.held("tag");
    const { rm } = await import("node:fs/promises");
    await rm(folder, { recursive: true });
    await writeFile(folder, "a file now");
    await run.ask({ type: "approve", reason: null });
    expect(await run.ended()).toMatchObject({
      status: "failed",
      exitCode: 1,
      outcome: expect.stringContaining("could not be written"),
    });
  });
});

describe("other ends", () => {
  it("in place writes into the input, and notes nothing but what ran", async () => {
    const path = await aFile(notebookFrom({ a: "print('here')" }));
    const run = await bench.host.startRun(request({ input: { path }, output: { type: "in-place" } }));
    expect(run.session).toBe(await bench.host.openNotebook(path));
    expect(bench.host.runOf(run.session.id)).toBe(run);
    await run.ended;
    const { notebook } = parseNotebook(await readFile(path), path);
    expect(notebook.cells[0]).toMatchObject({ outputs: [{ text: "here\n" }] });
    expect(notebook.cells[0]?.metadata.papermill).toBeUndefined();
    expect(notebook.metadata.papermill).toBeUndefined();
  });

  it("a record is kept in the state folder", async () => {
    const path = await aFile(notebookFrom({ a: "print('kept')" }));
    const run = await bench.host.startRun(request({ input: { path }, output: { type: "record" } }));
    const end = await run.ended;
    const record = await bench.host.runRecord(end.id);
    expect(record?.recordPath).toBe(end.outputPath);
    expect(end.outputPath?.startsWith(bench.state)).toBe(true);
    expect(await readFile(end.outputPath ?? "", "utf8")).toContain("kept");
  });

  it("a text without a file runs in memory", async () => {
    const text = serialiseNotebook(notebookFrom({ a: "print('piped')" }));
    const run = await bench.host.startRun(request({ input: { text } }));
    const end = await run.ended;
    expect(end).toMatchObject({ status: "completed", inputPath: null, outputPath: null, name: "notebook" });
    expect(run.session.live.cell(CellId.of("a"))?.outputs).toMatchObject([{ text: "piped\n" }]);
  });

  it("runs what people see in an open notebook, saved or not", async () => {
    const path = await aFile(notebookFrom({ a: "print('old')" }));
    const session = await bench.host.openNotebook(path);
    session.live.apply(
      { type: "set-source", id: CellId.of("a"), source: "print('new')" },
      { type: "person", label: "ana" },
    );
    const run = await bench.host.startRun(
      request({ input: { notebookId: session.id }, output: { type: "record" } }),
    );
    await run.ended;
    expect(run.session.live.cell(CellId.of("a"))?.outputs).toMatchObject([{ text: "new\n" }]);
  });
});

describe("a run that cannot be", () => {
  it.each([
    ["an unknown parameter", { parameters: { epoch: 1 } }, "unknown-parameter", "Did you mean epochs?"],
    ["a value of the wrong type", { parameters: { epochs: "x" } }, "bad-parameter", "whole number"],
    ["a kernel that is not there", { kernelName: "nope" }, "no-such-kernel", "nope"],
    ["a cell that is not there", { fromCell: CellId.of("zz") }, "no-such-cell", "no code cell"],
  ])("%s is refused before anything runs, and leaves nothing open", async (_what, options, code, message) => {
    const path = await aFile(notebookFrom({ "p|parameters": "epochs = 3" }));
    const output = join(bench.folder, `refused-${code}.ipynb`);
    const open = bench.host.notebooks().length;
    const starting = bench.host.startRun(
      request({ input: { path }, output: { type: "path", path: output }, options }),
    );
    await expect(starting).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(bench.host.notebooks()).toHaveLength(open);
    await expect(stat(output)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("no notebook at all", async () => {
    const path = join(bench.folder, "none.ipynb");
    await expect(bench.host.startRun(request({ input: { path } }))).rejects.toMatchObject({
      code: "notebook-unreadable",
    });
    await writeFile(path, "{");
    await chmod(path, 0o644);
    await expect(bench.host.startRun(request({ input: { path } }))).rejects.toMatchObject({
      code: "notebook-unreadable",
    });
  });

  it("a second one of the same notebook at once", async () => {
    const path = await aFile(notebookFrom({ "a|hold": "1" }));
    const run = await bench.host.startRun(request({ input: { path }, output: { type: "in-place" } }));
    await expect(
      bench.host.startRun(request({ input: { path }, output: { type: "in-place" } })),
    ).rejects.toMatchObject({ code: "already-running" });
    await run.command({ type: "stop" }, ana);
    await run.ended;
  });
});
