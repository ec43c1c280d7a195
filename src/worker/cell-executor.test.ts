import { describe, expect, test } from "vitest";
import type { Script } from "../compute/memory/scripted-provider.ts";
import { CellId } from "../util/ids.ts";
import type { JsonObject } from "../util/json.ts";
import { sourceHash } from "../util/source-hash.ts";
import { settled } from "./manual-clock.ts";
import { ana, aSession, byAna, codeCell, failing, forEver } from "./scripted-session.ts";

describe("executing", () => {
  test("outputs and count are in the document when the outcome is told", async () => {
    const { run, cell, events } = await aSession(
      () => ({ outputs: [{ type: "stream", name: "stdout", text: "hello\n" }] }),
      [codeCell("a", "print('hello')")],
    );
    expect(await run("a")).toEqual({ type: "completed", executionCount: 1 });
    expect(cell("a")).toMatchObject({
      outputs: [{ output_type: "stream", name: "stdout", text: "hello\n" }],
      executionCount: 1,
      executionState: "idle",
    });
    const states = events.flatMap((event) => (event.type === "execution" ? [event.execution.state] : []));
    expect(states).toEqual(["running", "done"]);
  });

  test("the first output is there at once, later ones within a tenth of a second", async () => {
    const { run, cell, clock, kernel } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "loop()")],
    );
    const execute = kernel.execute.bind(kernel);
    let say: (text: string) => void = () => {};
    kernel.execute = (request, listener) => {
      say = (text) => listener.onOutput({ type: "stream", name: "stdout", text });
      return execute(request, listener);
    };
    const outcome = run("a");
    const shown = () => cell("a")?.outputs.map((output) => output.text);
    say("1");
    await clock.pass(0);
    expect(shown()).toEqual(["1"]);
    say("2");
    say("3");
    await clock.pass(99);
    expect(shown()).toEqual(["1"]);
    await clock.pass(1);
    expect(shown()).toEqual(["123"]);
    say("4");
    await kernel.interrupt();
    await outcome;
    expect(shown()).toEqual(["1234"]);
  });

  test("a cell is refused when it holds something else than what was seen, or is gone", async () => {
    const { ask, kernel } = await aSession(
      () => ({}),
      [codeCell("a", "new"), { id: "m", cell_type: "markdown", metadata: {}, source: "# T" }],
    );
    const refusal = (id: string, hash: string) => {
      const ticket = ask(id, { sourceHash: hash });
      return ticket.accepted ? null : ticket.refusal;
    };
    expect(refusal("a", sourceHash("old"))).toBe("source-changed");
    expect(refusal("gone", sourceHash(""))).toBe("no-such-cell");
    expect(refusal("m", sourceHash("# T"))).toBe("not-a-code-cell");
    expect(kernel.executed).toEqual([]);
  });

  test("a queued cell that changes before its turn is not run, nor what is behind it", async () => {
    const { run, live, kernel } = await aSession(
      (code) => (code === "slow" ? { until: settled() } : {}),
      [codeCell("a", "slow"), codeCell("b", "old"), codeCell("c", "last")],
    );
    const outcomes = [run("a"), run("b"), run("c")];
    live.apply({ type: "set-source", id: CellId.of("b"), source: "new" }, byAna);
    expect(await Promise.all(outcomes)).toEqual([
      { type: "completed", executionCount: 1 },
      { type: "aborted", reason: "source-changed" },
      { type: "aborted", reason: "queue-stopped" },
    ]);
    expect(kernel.executed).toEqual(["slow"]);
  });

  test("a failure stops the queue behind it, unless the cell says that it may raise", async () => {
    const script: Script = (code) => (code === "raise" ? { outcome: failing } : {});
    const cells = [codeCell("a", "raise"), codeCell("b", "next")];
    const strict = await aSession(script, cells);
    expect(await Promise.all([strict.run("a"), strict.run("b")])).toEqual([
      { type: "failed", ename: "ValueError", evalue: "no", traceback: ["tb"] },
      { type: "aborted", reason: "queue-stopped" },
    ]);
    const tagged = [codeCell("a", "raise", { tags: ["raises-exception"] }), codeCell("b", "next")];
    const allowing = await aSession(script, tagged);
    const outcomes = await Promise.all([allowing.run("a"), allowing.run("b")]);
    expect(outcomes.map(({ type }) => type)).toEqual(["failed", "completed"]);
  });

  test("an empty cell completes without the kernel", async () => {
    const { run, kernel } = await aSession(() => ({}), [codeCell("a", " \n")]);
    expect(await run("a")).toEqual({ type: "completed", executionCount: null });
    expect(kernel.executed).toEqual([]);
  });

  test("a cell deleted while it runs ends quietly", async () => {
    const { run, live, kernel } = await aSession(() => ({ until: forEver }), [codeCell("a", "x")]);
    const outcome = run("a");
    live.apply({ type: "delete-cell", id: CellId.of("a") }, byAna);
    await settled();
    await kernel.interrupt();
    expect(await outcome).toEqual({ type: "interrupted", by: null });
  });

  test("a person clears a running cell: only what comes after is shown", async () => {
    let finish: () => void = () => {};
    const until = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { run, live, clock, cell, kernel } = await aSession(
      () => ({ until, outputs: [{ type: "stream", name: "stdout", text: "new\n" }] }),
      [codeCell("a", "x")],
    );
    const execute = kernel.execute.bind(kernel);
    kernel.execute = (request, listener) => {
      listener.onOutput({ type: "stream", name: "stdout", text: "old\n" });
      return execute(request, listener);
    };
    const outcome = run("a");
    await clock.pass(0);
    expect(cell("a")?.outputs).toHaveLength(1);
    live.write([{ type: "clear-outputs", id: CellId.of("a") }], byAna);
    finish();
    await outcome;
    expect(cell("a")?.outputs).toEqual([{ output_type: "stream", name: "stdout", text: "new\n" }]);
  });

  test("timing is recorded under nbclient's names, when asked", async () => {
    const { run, cell } = await aSession(() => ({}), [codeCell("a", "x")]);
    await run("a", { recordTiming: true });
    expect(Object.keys(cell("a")?.metadata.execution as JsonObject)).toEqual([
      "iopub.execute_input",
      "iopub.status.busy",
      "iopub.status.idle",
      "shell.execute_reply",
    ]);
  });
});

describe("lanes", () => {
  test("beside a busy cell, a subshell runs another at once", async () => {
    const { run, session, clock } = await aSession(
      (code) => (code === "long" ? { until: forEver } : {}),
      [codeCell("a", "long"), codeCell("b", "look"), codeCell("c", "queued")],
    );
    const long = run("a");
    const queued = run("c");
    expect(await run("b", { lane: "subshell" })).toMatchObject({ type: "completed" });
    expect(session.executions().get(CellId.of("c"))?.state).toBe("queued");
    void session.interrupt(ana);
    await clock.pass(20);
    expect(await Promise.all([long, queued])).toEqual([
      { type: "interrupted", by: ana },
      { type: "aborted", reason: "queue-stopped" },
    ]);
  });

  test("one cell never runs in both", async () => {
    const { run, session, kernel, clock } = await aSession(
      (_code, request) => (request.lane === "subshell" ? {} : { until: forEver }),
      [codeCell("a", "x")],
    );
    const first = run("a");
    const second = run("a", { lane: "subshell" });
    await settled();
    expect(kernel.executed).toEqual(["x"]);
    void session.interrupt(ana);
    await clock.pass(20);
    expect((await Promise.all([first, second])).map(({ type }) => type)).toEqual([
      "interrupted",
      "completed",
    ]);
  });

  test("queued executions can be taken back", async () => {
    const { run, session, clock } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const running = run("a");
    const queued = run("b");
    session.cancelQueued();
    expect(await queued).toEqual({ type: "aborted", reason: "cancelled" });
    void session.interrupt(ana);
    await clock.pass(20);
    await running;
  });
});

describe("time limits", () => {
  test("a cell over its time is interrupted and is timed out", async () => {
    const { run, clock } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const outcomes = Promise.all([run("a", { timeoutMs: 500 }), run("b")]);
    await settled();
    await clock.pass(500);
    expect(await outcomes).toEqual([
      { type: "timed-out", afterMs: 500 },
      { type: "aborted", reason: "queue-stopped" },
    ]);
  });

  test("the queue goes on behind it where that was asked", async () => {
    const { run, clock } = await aSession(
      (code) => (code === "x" ? { until: forEver } : {}),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const outcomes = Promise.all([run("a", { timeoutMs: 500, onTimeout: "continue" }), run("b")]);
    await settled();
    await clock.pass(500);
    expect((await outcomes).map(({ type }) => type)).toEqual(["timed-out", "completed"]);
  });

  test("where the interrupt is not heeded, the outcome says that the kernel is busy; the lane waits for it", async () => {
    const { run, clock, kernel, ask, session } = await aSession(
      () => ({ until: forEver }),
      [codeCell("a", "x"), codeCell("b", "y")],
    );
    const interrupt = kernel.interrupt.bind(kernel);
    kernel.interrupt = async () => {};
    const outcome = run("a", { timeoutMs: 500 });
    await clock.pass(10_500);
    expect(await outcome).toEqual({ type: "timed-out", afterMs: 500, kernelIsBusy: true });
    ask("b");
    expect(session.executions().get(CellId.of("b"))?.state).toBe("queued");
    await interrupt();
    await settled();
    expect(session.executions().get(CellId.of("b"))?.state).toBe("running");
  });
});
