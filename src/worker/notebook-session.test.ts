import { describe, expect, test } from "vitest";
import { ScriptedProvider } from "../compute/memory/scripted-provider.ts";
import { createLiveNotebook } from "../document/yjs-notebook.ts";
import { CellId, ExecutionId, NotebookId } from "../util/ids.ts";
import { sourceHash } from "../util/source-hash.ts";
import { ManualClock, settled } from "./manual-clock.ts";
import { createNotebookSession } from "./notebook-session.ts";
import { ana, aSession, codeCell, forEver } from "./scripted-session.ts";

describe("the kernel", () => {
  test("its language and spec are written into the notebook", async () => {
    const { live } = await aSession(() => ({}), []);
    expect(live.metadata()).toMatchObject({
      kernelspec: { name: "scripted", display_name: "Scripted", language: "python" },
      language_info: { name: "python" },
    });
  });

  test("its death is the outcome of what ran, and nothing is accepted after it", async () => {
    const { run, ask, kernel, session } = await aSession(() => ({ until: forEver }), [codeCell("a", "x")]);
    const outcome = run("a");
    await settled();
    kernel.die({ reason: "out-of-memory", signal: "SIGKILL" });
    expect(await outcome).toMatchObject({ type: "died", death: { reason: "out-of-memory" } });
    expect(ask("a")).toMatchObject({ accepted: false, refusal: "no-kernel" });
    expect(session.kernelView()).toMatchObject({ state: "dead", death: { signal: "SIGKILL" } });
  });

  test("a new one takes a dead one's place", async () => {
    const { run, kernel, session } = await aSession(() => ({}), [codeCell("a", "x")]);
    kernel.die();
    const next = await session.startKernel();
    expect(next).not.toBe(kernel);
    expect(session.kernelView()).toMatchObject({ state: "idle", death: null });
    expect(await run("a")).toEqual({ type: "completed", executionCount: 1 });
  });

  test("a cell asked for while it restarts runs in the new one", async () => {
    const { run, kernel, session } = await aSession(() => ({}), [codeCell("a", "x")]);
    const restart = kernel.restart.bind(kernel);
    kernel.restart = async () => {
      await settled();
      expect(kernel.executed).toEqual([]);
      await restart();
    };
    const restarting = session.restartKernel(ana);
    const outcome = run("a");
    await restarting;
    expect(await outcome).toEqual({ type: "completed", executionCount: 1 });
  });

  test("a restart that fails is told, and what waited for it is not left waiting", async () => {
    const { run, kernel, session } = await aSession(() => ({}), [codeCell("a", "x")]);
    kernel.restart = async () => {
      kernel.die();
      throw new Error("did not start");
    };
    const restarting = session.restartKernel(ana);
    const outcome = run("a");
    await expect(restarting).rejects.toThrow("did not start");
    expect(await outcome).toMatchObject({ type: "died" });
    expect(session.kernelView().state).toBe("dead");
  });

  test("starting twice at once starts one; a cell may be asked for meanwhile", async () => {
    const kernels = new ScriptedProvider();
    const live = createLiveNotebook({
      cells: [codeCell("a", "x")],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    });
    const session = createNotebookSession({
      id: NotebookId.of("nb_test"),
      path: null,
      live,
      store: { load: () => Promise.reject(new Error()), save: () => Promise.reject(new Error()) },
      kernels,
      clock: new ManualClock(),
    });
    const request = {
      executionId: ExecutionId.create(),
      cellId: CellId.of("a"),
      sourceHash: sourceHash("x"),
      by: ana,
    };
    expect(session.execute(request)).toMatchObject({ accepted: false, refusal: "no-kernel" });
    const starts = [session.startKernel(), session.startKernel()];
    const ticket = session.execute(request);
    expect(new Set(await Promise.all(starts)).size).toBe(1);
    expect(kernels.kernels).toHaveLength(1);
    expect(ticket.accepted && (await ticket.outcome)).toEqual({ type: "completed", executionCount: 1 });
  });
});

describe("input", () => {
  test("is a question to the person, answered once", async () => {
    let given = "";
    const { run, session, events } = await aSession(
      () => ({ input: { prompt: "Name? ", password: false }, onInput: (value) => (given = value) }),
      [codeCell("a", "input('Name? ')")],
    );
    const outcome = run("a");
    await settled();
    const [input] = session.pendingInputs();
    expect(input).toMatchObject({ cellId: "a", request: { prompt: "Name? ", password: false } });
    expect(session.answerInput("input_of_long_ago", "x", ana)).toBe(false);
    expect(session.answerInput(input?.id ?? "", "Ada", ana)).toBe(true);
    expect(session.answerInput(input?.id ?? "", "Eve", ana)).toBe(false);
    expect(await outcome).toMatchObject({ type: "completed" });
    expect(given).toBe("Ada");
    expect(events.filter(({ type }) => type.startsWith("input")).map(({ type }) => type)).toEqual([
      "input-requested",
      "input-settled",
    ]);
  });

  test("is withdrawn when the cell is interrupted", async () => {
    const { run, session, clock } = await aSession(
      () => ({ input: { prompt: "", password: true }, onInput: () => {} }),
      [codeCell("a", "getpass()")],
    );
    const outcome = run("a");
    await settled();
    expect(session.pendingInputs()).toHaveLength(1);
    void session.interrupt(ana);
    await clock.pass(20);
    expect(await outcome).toEqual({ type: "interrupted", by: ana });
    expect(session.pendingInputs()).toEqual([]);
  });
});

describe("output after the end", () => {
  const line = (text: string) => ({ type: "stream", name: "stdout", text }) as const;

  test("is shown below what the cell shows, until something newer runs there", async () => {
    const { ask, kernel, clock, cell } = await aSession(
      () => ({ outputs: [line("cell\n")] }),
      [codeCell("a", "x")],
    );
    const first = ExecutionId.create();
    const ticket = ask("a", { executionId: first });
    if (ticket.accepted) await ticket.outcome;
    kernel.emitStray(line("thread 1\n"), first);
    await clock.pass(0);
    kernel.emitStray(line("thread 2\n"), first);
    await clock.pass(100);
    expect(cell("a")).toMatchObject({
      executionState: "idle",
      outputs: [{ text: "cell\n" }, { text: "thread 1\nthread 2\n" }],
    });
    const again = ask("a");
    if (again.accepted) await again.outcome;
    kernel.emitStray(line("thread 3\n"), first);
    await clock.pass(1_000);
    expect(cell("a")?.outputs).toMatchObject([{ text: "cell\n" }]);
  });
});
