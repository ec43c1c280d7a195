/** A notebook in which people work by hand, whose server is killed: its kernel, outputs and queue. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { LocalProvider } from "../../src/compute/local/local-provider.ts";
import { storedOf } from "../../src/document/output-face.ts";
import { parseNotebook } from "../../src/nbformat/parse.ts";
import { serialiseNotebook } from "../../src/nbformat/serialise.ts";
import type { Host } from "../../src/usecases/host.ts";
import type { CellOutcome, NotebookSession } from "../../src/usecases/notebook-session.ts";
import { CellId, ExecutionId, type OutputRef, RunId } from "../../src/util/ids.ts";
import { sourceHash } from "../../src/util/source-hash.ts";
import { heldKernels, holderSettings } from "../../src/worker/held-kernels.ts";
import { createLocalHost } from "../../src/worker/local-host.ts";
import { endHeldKernels } from "./held-support.ts";
import { isAlive, KERNEL_ENV, processesOfSession, until } from "./kernel-support.ts";
import { ana, type Cells, notebookFrom } from "./run-support.ts";

const SOURCES = join(import.meta.dirname, "../../src");
/** A program that has a notebook open and runs cells as a person at a page does, until it is killed. */
const SERVER = (state: string, path: string, cells: readonly string[], more: string): string => `
import { createLocalHost } from ${JSON.stringify(join(SOURCES, "worker/local-host.ts"))};
import { sourceHash } from ${JSON.stringify(join(SOURCES, "util/source-hash.ts"))};
const host = createLocalHost({ stateFolder: ${JSON.stringify(state)}, version: "test", keepsNotebooks: true });
const by = ${JSON.stringify(ana)};
const session = await host.openNotebook(${JSON.stringify(path)});
session.keep();
await session.startKernel();
const run = (cellId) => session.execute({
  executionId: "exec_" + cellId, cellId, sourceHash: sourceHash(session.live.cell(cellId).source), by,
});
for (const cellId of ${JSON.stringify(cells)}) run(cellId);
${more}
setInterval(() => {}, 1_000);
`;

const count = (from: number, n: number): string =>
  `import time\nfor i in range(${from}, ${from + n}):\n    print(i, flush=True)\n    time.sleep(0.005)`;
const lines = (from: number, n: number): string =>
  `${Array.from({ length: n }, (_, i) => from + i).join("\n")}\n`;

describe("a notebook whose server is killed", () => {
  const folder = mkdtempSync(join(tmpdir(), "lb-nbout-"));
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

  const mark = (name: string): string => join(folder, `mark-${name}`);
  const touch = (name: string): string => `open(${JSON.stringify(mark(name))}, 'w').close()`;
  const marked = (name: string) => until(`the mark ${name}`, () => existsSync(mark(name)), 30_000);

  function aServer(cells: Cells, asked: readonly string[], more = "") {
    const name = ++made;
    const state = join(folder, `state${name}`);
    const path = join(folder, `nb${name}.ipynb`);
    writeFileSync(path, serialiseNotebook(notebookFrom(cells)));
    const begin = (cells: readonly string[]) => {
      const child = spawn(
        process.execPath,
        ["--input-type=module-typescript", "-e", SERVER(state, path, cells, more)],
        { env: KERNEL_ENV, stdio: ["ignore", "ignore", "inherit"] },
      );
      children.push(child);
      return { child, gone: new Promise<void>((resolve) => child.once("exit", () => resolve())) };
    };
    let { child, gone } = begin(asked);
    const host = (): Host => {
      const kernels = new LocalProvider({ env: KERNEL_ENV, holders: holderSettings(state) });
      const opened = createLocalHost({ stateFolder: state, version: "test", kernels, keepsNotebooks: true });
      hosts.push(opened);
      return opened;
    };
    return {
      state,
      path,
      host,
      open: () => host().openNotebook(path),
      held: () => heldKernels(state)[0]?.record,
      async kill() {
        child.kill("SIGKILL");
        await gone;
      },
      /** Another server takes its place; it asks for nothing. */
      async again() {
        await until("nobody is there", () => heldKernels(state)[0]?.record.unattendedSinceMs != null);
        ({ child, gone } = begin([]));
        await until(
          "it has the kernel",
          () => heldKernels(state)[0]?.record.unattendedSinceMs === null,
          20_000,
        );
      },
    };
  }

  const printed = async (session: NotebookSession, id: string): Promise<string> => {
    const outputs = session.live.cell(CellId.of(id))?.outputs ?? [];
    return ((await session.outputs?.whole(outputs)) ?? outputs)
      .map((output) => (output.output_type === "stream" ? String(output.text) : ""))
      .join("");
  };
  const saved = (path: string, id: string): string => {
    const found = parseNotebook(readFileSync(path), path).notebook.cells.find((cell) => cell.id === id);
    const outputs = found?.cell_type === "code" ? found.outputs : [];
    return outputs.map((each) => (each.output_type === "stream" ? String(each.text) : "")).join("");
  };
  const stateOf = (session: NotebookSession, id: string) => session.executions().get(CellId.of(id));
  const run = (session: NotebookSession, id: string): Promise<CellOutcome> => {
    const source = session.live.cell(CellId.of(id))?.source ?? "";
    const request = { executionId: ExecutionId.create(), cellId: CellId.of(id), by: ana };
    const ticket = session.execute({ ...request, sourceHash: sourceHash(source) });
    if (!ticket.accepted) throw new Error(ticket.message);
    return ticket.outcome;
  };

  test("has its kernel and variables when it is opened again; every line once; what waited is shown as not run", async () => {
    const server = aServer(
      {
        a: "x = 41",
        // Long enough in silence for the file to be saved in the middle.
        b: `${touch("b")}\n${count(0, 100)}\ntime.sleep(2.5)\n${count(100, 400)}`,
        c: "never = 1",
        d: "never = 2",
        look: "print(x + 1, 'never' in dir())",
      },
      ["a", "b", "c", "d"],
    );
    await marked("b");
    await until("the file has some lines", () => saved(server.path, "b") !== "", 30_000);
    await server.kill();
    const kernelPid = server.held()?.kernelPid ?? 0;
    expect(isAlive(kernelPid)).toBe(true);
    const session = await server.open();
    // Asked for while the kernel is still being taken back: it waits for what runs there.
    const look = run(session, "look");
    await until("the cell runs", () => stateOf(session, "b")?.state === "running");
    expect(stateOf(session, "b")?.by).toEqual(ana);
    for (const id of ["c", "d"]) {
      const outcome = { type: "aborted", reason: "process-gone" };
      expect(stateOf(session, id)).toMatchObject({ state: "done", outcome });
    }
    expect(await look).toMatchObject({ type: "completed" });
    expect(session.kernelView()).toMatchObject({ state: "idle", pid: kernelPid });
    expect(await printed(session, "b")).toBe(lines(0, 500));
    expect(await printed(session, "look")).toBe("42 False\n");
    expect(stateOf(session, "b")?.outcome).toMatchObject({ type: "completed" });
    await session.save();
    expect(saved(server.path, "b")).toBe(lines(0, 500));
    await hosts[0]?.close();
    await until("kernel and holder are gone", () => {
      return processesOfSession(kernelPid).length === 0 && heldKernels(server.state).length === 0;
    });
  });

  test("is killed again and again, at any moment: each line is there once, nothing runs twice", async () => {
    const server = aServer({ a: `n = 0\n${touch("e")}`, b: `n += 1\n${count(0, 1_500)}`, c: "print(n, i)" }, [
      "a",
      "b",
    ]);
    await marked("e");
    for (let time = 0; time < 4; time++) {
      await new Promise((done) => setTimeout(done, 300 + 400 * time));
      await server.kill();
      await server.again();
    }
    await server.kill();
    const session = await server.open();
    expect(await run(session, "c")).toMatchObject({ type: "completed" });
    expect([await printed(session, "b"), await printed(session, "c")]).toEqual([lines(0, 1_500), "1 1499\n"]);
    expect(server.held()?.note).toMatchObject({
      keepMs: 24 * 3_600_000,
      owner: { notebook: server.path },
    });
  });

  test("in the middle of a long log: all of it is there, once, however much the document shows", async () => {
    const server = aServer(
      {
        a: `${touch("l")}\nimport time\nfor i in range(60_000):\n    print('line', i)\n    if i % 100 == 0: time.sleep(0.016)`,
      },
      ["a"],
    );
    await marked("l");
    await until("some of it is in the file", () => saved(server.path, "a") !== "", 30_000);
    await server.kill();
    const session = await server.open();
    await until("the cell is read", () => stateOf(session, "a") !== undefined);
    await until("the cell has ended", () => stateOf(session, "a")?.state === "done", 30_000);
    const [log] = (session.live.cell(CellId.of("a"))?.outputs ?? []).map(storedOf);
    const text = await session.outputs?.store.lines(log?.ref as OutputRef, 0, 100_000);
    expect(text).toEqual(Array.from({ length: 60_000 }, (_, i) => `line ${i}`));
  });

  test("shows why the kernel died meanwhile, with the outputs so far; the next start is a new one", async () => {
    const server = aServer(
      {
        a: `print('before', flush=True)\n${touch("h")}\nimport os, time; time.sleep(0.5); os.kill(os.getpid(), 9)`,
        b: "print('new')",
      },
      ["a", "b"],
    );
    await marked("h");
    await server.kill();
    await until("its end is listed", () => server.held()?.exit?.signal === "SIGKILL");
    const session = await server.open();
    await until("its death is told", () => session.kernelView().state === "dead", 10_000);
    expect(session.kernelView().death).toMatchObject({ reason: "killed", signal: "SIGKILL" });
    expect(session.kernelView().death?.memoryPeakBytes).toBeGreaterThan(1e6);
    expect(await printed(session, "a")).toBe("before\n");
    expect(stateOf(session, "a")?.outcome).toMatchObject({ type: "died" });
    await session.startKernel();
    expect(await run(session, "b")).toMatchObject({ type: "completed" });
    expect(await printed(session, "b")).toBe("new\n");
  });

  test("a run in place in the kernel that was started by hand goes on, too, and gives it back at its end", async () => {
    const runId = RunId.create();
    const server = aServer(
      { a: "x = 1", b: `${touch("k")}\n${count(0, 200)}`, c: "print('last', i, 'x' in dir())" },
      [],
      `await run("a").outcome;
       const live = await host.startRun({
         runId: ${JSON.stringify(runId)}, input: { notebookId: session.id }, output: { type: "in-place" },
         options: { fromCell: "b" }, by,
       });
       (await import("node:fs")).writeFileSync(${JSON.stringify(mark("started"))}, live.id);`,
    );
    await Promise.all([marked("k"), marked("started")]);
    const byRun = server.held();
    expect(byRun?.note).toMatchObject({ owner: { run: runId, notebook: server.path }, keepMs: 3_600_000 });
    await server.kill();
    const host = server.host();
    const session = await host.openNotebook(server.path);
    const live = host.run(runId);
    expect(live?.session === session).toBe(true);
    expect((await live?.ended)?.status).toBe("completed");
    expect(await printed(session, "b")).toBe(lines(0, 200));
    // The variables of the kernel that it began in.
    expect(await printed(session, "c")).toBe("last 199 True\n");
    expect(session.kernelView().pid).toBe(byRun?.kernelPid);
    await until("it is the notebook's again", () => server.held()?.note.owner.run === undefined);
  });

  test("a run in place of such a notebook begins with nothing in memory", async () => {
    const server = aServer({ a: `x = 1\n${touch("m")}`, look: "print('x' in dir())" }, ["a"]);
    await marked("m");
    await until("it is saved", () => saved(server.path, "a") === "" && server.held() !== undefined);
    await server.kill();
    const host = server.host();
    const request = { input: { path: server.path }, output: { type: "in-place" }, by: ana } as const;
    const part = { from: CellId.of("look"), to: null, only: [] };
    const live = await host.startRun({ ...request, runId: RunId.create(), options: { part } });
    expect((await live.ended).status).toBe("completed");
    expect(await printed(live.session, "look")).toBe("False\n");
    expect(heldKernels(server.state)).toHaveLength(1);
  });

  test("is opened by a program of ours that only writes a value: its kernel stays where it is", async () => {
    const server = aServer({ a: `x = 1\n${touch("n")}` }, ["a"]);
    await marked("n");
    await server.kill();
    await until("nobody is there", () => server.held()?.unattendedSinceMs != null);
    const other = createLocalHost({ stateFolder: server.state, version: "test" });
    await other.openNotebook(server.path);
    await other.close();
    expect(isAlive(server.held()?.kernelPid ?? 0)).toBe(true);
  });
});
