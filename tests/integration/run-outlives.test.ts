import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { LocalProvider } from "../../src/compute/local/local-provider.ts";
import type { Notebook } from "../../src/nbformat/notebook.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import { isRunning } from "../../src/store/process-identity.ts";
import type { Host } from "../../src/usecases/host.ts";
import type { LiveRun } from "../../src/usecases/live-run.ts";
import { RunId } from "../../src/util/ids.ts";
import { heldKernels, holderSettings } from "../../src/worker/held-kernels.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { endHeldKernels } from "./held-support.ts";
import { KERNEL_ENV, until } from "./kernel-support.ts";
import { ana, type Cells, notebookFrom } from "./run-support.ts";

/** A program that runs a notebook, until it is killed. */
const OWNER = (state: string, input: string, output: string, run: string): string => `
import { createLocalHost } from ${JSON.stringify(join(import.meta.dirname, "../../src/worker/local-host.ts"))};
const host = createLocalHost({ stateFolder: ${JSON.stringify(state)}, version: "test" });
const run = await host.startRun({
  runId: ${JSON.stringify(run)},
  input: { path: ${JSON.stringify(input)} },
  output: { type: "path", path: ${JSON.stringify(output)} },
  options: { onError: "hold", allowInput: true },
  by: ${JSON.stringify(ana)},
});
run.onChange(({ status, currentCell, hold }) => console.log(JSON.stringify({ status, currentCell, hold })));
`;

const count = (from: number, n: number): string =>
  `import time\nfor i in range(${from}, ${from + n}):\n    print(i, flush=True)\n    time.sleep(0.008)`;
const lines = (from: number, n: number): string =>
  `${Array.from({ length: n }, (_, i) => from + i).join("\n")}\n`;

describe("a run whose process is killed", () => {
  const folder = mkdtempSync(join(tmpdir(), "lb-out-"));
  const hosts: Host[] = [];
  const children: ChildProcess[] = [];
  let made = 0;

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await Promise.all(hosts.splice(0).map((host) => host.close()));
  });
  afterAll(async () => {
    for (const name of readdirSync(folder).filter((each) => each.startsWith("state"))) {
      await endHeldKernels(join(folder, name));
    }
    rmSync(folder, { recursive: true, force: true });
  });

  interface Bench {
    readonly state: string;
    readonly id: RunId;
    readonly output: string;
    readonly child: ChildProcess;
    kill(): Promise<void>;
    host(): Host;
    takeBack(): Promise<LiveRun>;
    written(): Notebook;
    printed(cell: string): string;
  }

  async function aRun(cells: Cells): Promise<Bench> {
    const name = ++made;
    const [state, input, output] = [`state${name}`, `in${name}.ipynb`, `out${name}.ipynb`].map((each) =>
      join(folder, each),
    ) as [string, string, string];
    writeFileSync(input, serialiseNotebook(notebookFrom(cells)));
    const id = RunId.create();
    const child = spawn(
      process.execPath,
      ["--input-type=module-typescript", "-e", OWNER(state, input, output, id)],
      {
        env: KERNEL_ENV,
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    children.push(child);
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const host = (): Host => {
      const provider = new LocalProvider({ env: KERNEL_ENV, holders: holderSettings(state) });
      const opened = createLocalHost({ stateFolder: state, version: "test", kernels: provider });
      hosts.push(opened);
      return opened;
    };
    const written = (): Notebook => parseNotebook(readFileSync(output), output).notebook;
    return {
      ...{ state, id, output, child, host, written },
      async kill() {
        child.kill("SIGKILL");
        await gone;
      },
      async takeBack() {
        const run = await host().takeRunBack?.(id, ana);
        if (!run) throw new Error("There was no run to take back.");
        return run;
      },
      printed(cell) {
        const found = written().cells.find((each) => each.id === cell);
        const outputs = found?.cell_type === "code" ? found.outputs : [];
        return outputs.map((each) => (each.output_type === "stream" ? String(each.text) : "")).join("");
      },
    };
  }

  const mark = (name: string): string => join(folder, `mark-${name}`);
  const touch = (name: string): string => `open(${JSON.stringify(mark(name))}, 'w').close()`;
  const marked = (name: string) => until(`the mark ${name}`, () => existsSync(mark(name)), 30_000);

  test("in the middle of a cell goes on in the same kernel: every line once, the next cell, its variables", async () => {
    const bench = await aRun({
      a: "x = 41",
      b: `${touch("b")}\n${count(0, 1_000)}`,
      c: "print(x + 1)",
    });
    await marked("b");
    await until(
      "the file has some lines",
      () => existsSync(bench.output) && bench.printed("b") !== "",
      30_000,
    );
    await bench.kill();
    const run = await bench.takeBack();
    const end = await run.ended;
    expect(end).toMatchObject({ status: "completed", stepsDone: 3 });
    expect(bench.printed("b")).toBe(lines(0, 1_000));
    expect(bench.printed("c")).toBe("42\n");
    const record = await hosts[0]?.runRecord(bench.id);
    expect(record?.steps.map(({ cellId, status, ordinal }) => [ordinal, cellId, status])).toEqual([
      [1, "a", "completed"],
      [2, "b", "completed"],
      [3, "c", "completed"],
    ]);
    expect(record?.events.map(({ type }) => type)).toContain("taken-back");
    await hosts[0]?.close();
    await until("no kernel is left", () => heldKernels(bench.state).length === 0);
  });

  test("goes on behind cells that ended while nobody was there, and does not run them again", async () => {
    const bench = await aRun({
      a: "n = 0",
      b: `${touch("d")}\nimport time; time.sleep(1.5)\nn += 1\nprint('done', n)\n${touch("e")}`,
      c: "print(n)",
    });
    await marked("d");
    await bench.kill();
    await marked("e");
    const run = await bench.takeBack();
    expect((await run.ended).status).toBe("completed");
    expect([bench.printed("b"), bench.printed("c")]).toEqual(["done 1\n", "1\n"]);
  });

  test("is killed and taken back again and again", async () => {
    const bench = await aRun({ a: `${touch("g")}\n${count(0, 600)}`, b: "print('end')" });
    await marked("g");
    await bench.kill();
    // A second owner that is lost as if it had been killed: it never acknowledges nor ends anything any more.
    const lost = await bench.takeBack();
    await until(
      "it has lines",
      () => lost.session.live.cell(lost.session.live.cellIds()[0] as never)?.outputs.length === 1,
    );
    const stranger = new LocalProvider({ env: KERNEL_ENV, holders: holderSettings(bench.state) });
    const [held] = heldKernels(bench.state);
    const kernel = await stranger.attach(held?.record.id ?? "");
    const texts: string[] = [];
    await kernel.hold?.replay({
      onInputAnswered: () => {},
      onExecution: ({ take }) =>
        void take({ onOutput: (message) => void (message.type === "stream" && texts.push(message.text)) }),
    });
    await until("it has printed all", () => texts.join("").endsWith("599\n"), 20_000);
    expect(texts.join("")).toBe(lines(0, 600));
    expect((await lost.ended).status).toBe("died");
    await stranger.close();
  });

  test("whose kernel died meanwhile says why, with the outputs up to that moment", async () => {
    const bench = await aRun({
      a: `print('before', flush=True)\n${touch("h")}\nimport os, time; time.sleep(1); os.kill(os.getpid(), 9)`,
      b: "print('never')",
    });
    await marked("h");
    await bench.kill();
    await until("the kernel is gone", () => {
      const [held] = heldKernels(bench.state);
      return held?.record.kernelPid != null && !existsSync(`/proc/${held.record.kernelPid}`);
    });
    const run = await bench.takeBack();
    const end = await run.ended;
    expect(end).toMatchObject({ status: "died", exitCode: 138 });
    expect(end.outcome).toContain("SIGKILL");
    expect([bench.printed("a"), bench.printed("b")]).toEqual(["before\n", ""]);
  });

  test("while it is on hold holds again at the same place, and goes on from there", async () => {
    const bench = await aRun({ a: "n = 7", "b|hold": "print(n)", c: "1/0", d: "print('d')" });
    const ledger = bench.host();
    const held = async (kind: string): Promise<void> => {
      for (;;) {
        const [run] = await ledger.runHistory({});
        if (run?.hold?.kind === kind) return;
        await new Promise((done) => setTimeout(done, 30));
      }
    };
    await held("tag");
    await bench.kill();
    const run = await bench.takeBack();
    await until("it holds", () => run.snapshot().hold?.kind === "tag", 20_000);
    expect(run.snapshot().hold?.cellId).toBe("b");
    await run.command({ type: "approve", reason: null }, ana);
    await until("it holds at the error", () => run.snapshot().hold?.kind === "error");
    await run.command({ type: "skip" }, ana);
    await run.command({ type: "resume" }, ana);
    expect((await run.ended).status).toBe("completed");
    expect([bench.printed("b"), bench.printed("d")]).toEqual(["7\n", "d\n"]);
  });

  test("asks again what its cell asked", async () => {
    const bench = await aRun({ a: `${touch("i")}\nprint(input('name? '))` });
    await marked("i");
    await new Promise((done) => setTimeout(done, 500));
    await bench.kill();
    const run = await bench.takeBack();
    await until("it asks", () => run.snapshot().hold?.kind === "input", 20_000);
    const { inputId } = run.snapshot().hold ?? {};
    await run.command({ type: "answer-input", inputId: inputId ?? "", value: "Ana" }, ana);
    expect((await run.ended).status).toBe("completed");
    expect(bench.printed("a")).toBe("Ana\n");
  });

  test("is taken by one process only, and not while its own lives", async () => {
    const bench = await aRun({ a: `${touch("k")}\nimport time; time.sleep(30)` });
    await marked("k");
    expect(await bench.host().takeRunBack?.(bench.id, ana)).toBeNull();
    expect(isRunning({ pid: bench.child.pid ?? 0, start: "" })).toBe(true);
    await bench.kill();
    const run = await bench.takeBack();
    expect(await bench.host().takeRunBack?.(bench.id, ana)).toBeNull();
    await run.command({ type: "stop", immediate: true }, ana);
    expect((await run.ended).status).toBe("stopped");
  });
});
