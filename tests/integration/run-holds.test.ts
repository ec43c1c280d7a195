/** A run waits for people: at tags, on errors, for input, and takes new parameters meanwhile. Real kernels. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellId } from "../../src/util/ids.ts";
import { ana, aRunBench, type RunBench } from "./run-support.ts";

let bench: RunBench;
beforeAll(async () => {
  bench = await aRunBench();
});
afterAll(() => bench.close());

const id = CellId.of;

describe("a hold", () => {
  it("at a tagged cell says why, and goes on when approved", async () => {
    const test = await bench.start({
      a: "score = 0.97",
      m: "md:## Release\nLook at the confusion matrix first.",
      "b|hold": "print('released')",
    });
    const { hold, stepsDone } = await test.held("tag");
    expect(hold).toMatchObject({ cellId: "b", why: "Release\nLook at the confusion matrix first." });
    expect(stepsDone).toBe(1);
    expect(test.printed("b")).toBe("");
    await test.ask({ type: "approve", reason: "97 % is enough" });
    const end = await test.ended();
    expect(end.status).toBe("completed");
    const record = await bench.host.runRecord(end.id);
    expect(record?.events.find(({ type }) => type === "approved")).toMatchObject({
      by: ana,
      detail: { reason: "97 % is enough" },
    });
  });

  it("at a tagged cell ends the run when refused", async () => {
    const test = await bench.start({ a: "1", "b|hold": "print('released')" });
    await test.held("tag");
    await test.ask({ type: "refuse", reason: "not yet" });
    expect(await test.ended()).toMatchObject({ status: "stopped", outcome: "Refused by Ana: not yet" });
  });

  it("is left out with holdAtTags off", async () => {
    const test = await bench.start({ "a|hold": "print('on')" }, { holdAtTags: false });
    expect((await test.ended()).status).toBe("completed");
  });

  it("on an error: fix the cell, go on in the same kernel with its variables", async () => {
    const test = await bench.start(
      { a: "data = [1, 2, 3]", b: "total = sum(data) / len(dta)", c: "print(total)" },
      { onError: "hold" },
    );
    const { hold } = await test.held("error");
    expect(hold).toMatchObject({ cellId: "b", what: "NameError in cell 2: name 'dta' is not defined" });
    test.run.session.live.apply(
      { type: "set-source", id: id("b"), source: "total = sum(data) / len(data)" },
      { type: "person", label: "ana/browser" },
    );
    await test.ask({ type: "resume" });
    const end = await test.ended();
    expect(end).toMatchObject({
      status: "completed",
      steps: { a: "completed", b: "completed", c: "completed" },
    });
    expect(test.printed("c")).toBe("2.0\n");
    const record = await bench.host.runRecord(end.id);
    expect(record?.steps.map(({ cellId, status }) => `${cellId} ${status}`)).toEqual([
      "a completed",
      "b failed",
      "b completed",
      "c completed",
    ]);
  });

  it("for input() passes the answer on, and keeps a password out of the record", async () => {
    const test = await bench.start({
      a: "name = input('Name? ')",
      b: "import getpass\nsecret = getpass.getpass('Key? ')",
      c: "print(name, len(secret))",
    });
    const asked = await test.held("input");
    expect(asked.hold).toMatchObject({ cellId: "a", what: "Name?", password: false });
    await test.ask({ type: "answer-input", inputId: asked.hold?.inputId ?? "", value: "Ada" });
    const second = await test.until("the password", ({ hold }) => hold?.password === true);
    await test.ask({ type: "answer-input", inputId: second.hold?.inputId ?? "", value: "hunter2" });
    const end = await test.ended();
    expect(test.printed("c")).toBe("Ada 7\n");
    const record = await bench.host.runRecord(end.id);
    expect(JSON.stringify(record?.events)).toContain("Ada");
    expect(JSON.stringify(record)).not.toContain("hunter2");
  });
});

describe("parameters changed mid-run", () => {
  const parameters = {
    "p|parameters": "lr: float = 0.1  # 0.0001 … 1, learning rate\noptimizer = 'adam'",
  };
  const cells = { ...parameters, a: "import time\nprint(lr)\ntime.sleep(0.5)", b: "print(lr, optimizer)" };
  const holding = { ...parameters, "a|hold": "print(lr)", b: "print(lr, optimizer)" };

  it("are in force from the next boundary on, acknowledged, with who and why", async () => {
    const test = await bench.start(cells, { parameters: { lr: 0.2 } });
    await test.at("a");
    const staged = await test.ask({
      type: "set-parameters",
      changeId: "c1",
      values: { lr: 0.05 },
      reason: "it diverges",
    });
    expect(staged.values).toEqual({ lr: 0.2, optimizer: "adam" });
    expect(staged.stagedChanges).toMatchObject([
      { id: "c1", values: { lr: 0.05 }, reason: "it diverges", by: ana },
    ]);
    const end = await test.ended();
    expect(test.printed("a")).toBe("0.2\n");
    expect(test.printed("b")).toBe("0.05 adam\n");
    expect(end.values).toEqual({ lr: 0.05, optimizer: "adam" });
    const record = await bench.host.runRecord(end.id);
    const changes = record?.events.filter(({ type }) => type.startsWith("parameters-"));
    expect(changes).toMatchObject([
      {
        type: "parameters-changed",
        by: ana,
        detail: { from: { lr: 0.2 }, to: { lr: 0.05 }, reason: "it diverges" },
      },
      { type: "parameters-applied", detail: { changeId: "c1", values: { lr: 0.05 }, reason: "it diverges" } },
    ]);
  });

  it("are taken at once on a hold", async () => {
    const test = await bench.start(holding);
    await test.held("tag");
    await test.ask({
      type: "set-parameters",
      changeId: "c2",
      values: { optimizer: 'it\'s "sgd"' },
      reason: null,
    });
    const applied = await test.until("the values", ({ values }) => values.optimizer !== "adam");
    expect(applied.status).toBe("held");
    await test.ask({ type: "resume" });
    await test.ended();
    expect(test.printed("b")).toBe('0.1 it\'s "sgd"\n');
  });

  it("with a wrong name, type or range are refused", async () => {
    const test = await bench.start(holding);
    await test.held("tag");
    const ask = (values: Record<string, number | string>) =>
      test.run.command({ type: "set-parameters", changeId: "x", values, reason: null }, ana);
    expect(await ask({ lrr: 1 })).toMatchObject({ ok: false, code: "no-such-parameter" });
    expect(await ask({ lr: "fast" })).toMatchObject({ ok: false, code: "bad-value" });
    expect(await ask({ lr: 3 })).toMatchObject({ ok: false, code: "bad-value" });
    await test.ask({ type: "stop" });
    await test.ended();
  });
});
