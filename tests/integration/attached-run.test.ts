/** A process of somebody's joins its notebook: parameters down, telemetry up, and everything that runs can do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aBench, Pipeline, parametersSource, untilRun } from "./attached/attached-bench.ts";
import { waitFor } from "./server/wait-for.ts";

const LR = { name: "lr", type: "float", value: 0.1, min: 0.0001, max: 1, help: "learning rate" } as const;

test("makes its notebook, is shown as a run, and its log comes to the cells", async () => {
  const bench = await aBench();
  const pipeline = new Pipeline(bench.api);
  const view = await pipeline.attach({
    parameters: [LR, { name: "optimizer", type: "str", value: "adam", choices: ["adam", "sgd"] }],
    origin: { script: "train.py", source: "print(1)\n", argv: ["train.py", "--fast"] },
  });
  expect(view).toMatchObject({ runId: pipeline.id, path: "churn.ipynb", received: {} });
  expect(view.values).toEqual({ lr: 0.1, optimizer: "adam" });
  await pipeline.tell({ type: "step", index: 0, total: 10 }, { type: "log", level: "info", text: "began" });
  for (const step of [0, 1, 2]) await pipeline.log(step, { "train/loss": 1 / (step + 1), acc: step });
  await pipeline.tell({ type: "step", index: 3, total: 10 });
  const run = await untilRun(bench.api, pipeline.id, "its step", ({ stepsDone }) => stepsDone === 3);
  expect(run).toMatchObject({ kind: "attached", status: "running", stepsTotal: 10, name: "churn" });
  expect(run.process).toMatchObject({ pid: process.pid, ranks: 1, silentSinceMs: null });
  expect(run.etaMs).not.toBeNull();
  const live = bench.host.notebooks()[0]?.live;
  if (!live) throw new Error("not open");
  expect(parametersSource(live)).toBe(
    'lr: float = 0.1  # 0.0001 … 1, learning rate\noptimizer: str = "adam"  # one of: adam, sgd',
  );
  const roles = () =>
    live.cellIds().map((id) => (live.cell(id)?.metadata.loopbook as { role?: string })?.role);
  await waitFor(
    "its cells",
    () => roles().includes("logs") && roles().filter((r) => r === "chart").length === 2,
  );
  expect(roles()).toEqual([undefined, "origin", undefined, "summary", "chart", "chart", "logs", "script"]);
  await pipeline.tell({ type: "end", status: "completed" });
  await untilRun(bench.api, pipeline.id, "its end", ({ status }) => status === "completed");
  await bench.host.run(pipeline.id)?.ended;
  const file = readFileSync(join(bench.folder, "churn.ipynb"), "utf8");
  expect(file).toContain("application/vnd.loopbook.summary.v1+json");
  expect(file).toContain("image/svg+xml");
  const record = await bench.api.run(pipeline.id);
  expect(record.snapshot).toMatchObject({ status: "completed", exitCode: 0, stepsDone: 10 });
  expect(record.events.map(({ type }) => type)).toEqual(["started", "completed"]);
});

test("pauses at a safe point, steps, goes on and stops, as its process says", async () => {
  const bench = await aBench();
  const pipeline = new Pipeline(bench.api);
  const { news } = await pipeline.attach();
  expect(news.wanted).toMatchObject({ state: "go" });
  const next = (after: number) => pipeline.wire.news(pipeline.id, "main", after, 25);
  const told = next(news.revision);
  expect((await bench.api.command(pipeline.id, { type: "pause" })).status).toBe("pausing");
  const paused = await told;
  expect(paused.wanted).toMatchObject({ state: "pause", by: expect.any(String) });
  await pipeline.tell({ type: "step", index: 4, total: 9 }, { type: "control", state: "held", step: 4 });
  const held = await untilRun(bench.api, pipeline.id, "the hold", ({ status }) => status === "held");
  expect(held.hold).toMatchObject({
    kind: "pause",
    what: expect.stringMatching(/^Paused by .+ at step 4 of 9$/),
  });
  await bench.api.command(pipeline.id, { type: "step" });
  const stepping = await next(paused.revision);
  expect(stepping.wanted.state).toBe("step");
  await pipeline.tell({ type: "control", state: "running" }, { type: "control", state: "held", step: 5 });
  await untilRun(bench.api, pipeline.id, "the step", ({ hold }) => hold?.kind === "step");
  await bench.api.command(pipeline.id, { type: "resume" });
  await pipeline.tell({ type: "control", state: "running" });
  await untilRun(bench.api, pipeline.id, "that it goes on", ({ status }) => status === "running");
  await expect(bench.api.command(pipeline.id, { type: "skip" })).rejects.toMatchObject({
    code: "not-running",
  });
  expect((await bench.api.command(pipeline.id, { type: "stop" })).status).toBe("stopping");
  await pipeline.tell({ type: "end", status: "stopped" });
  const ended = await untilRun(bench.api, pipeline.id, "the end", ({ endedAtMs }) => endedAtMs !== null);
  expect(ended).toMatchObject({ status: "stopped", exitCode: 130 });
});

test("takes a changed parameter at its safe point, and gives back what it refuses", async () => {
  const bench = await aBench();
  const pipeline = new Pipeline(bench.api);
  const { news } = await pipeline.attach({ parameters: [LR] });
  const waiting = pipeline.wire.news(pipeline.id, "main", news.revision, 25);
  const asked = performance.now();
  const staged = await bench.api.command(pipeline.id, {
    type: "set-parameters",
    changeId: "one",
    values: { lr: 0.05 },
    reason: "it jumps",
  });
  const told = await waiting;
  expect(performance.now() - asked).toBeLessThan(1_000);
  expect(staged.stagedChanges).toMatchObject([{ id: "one", values: { lr: 0.05 } }]);
  expect(told.changes).toMatchObject([{ id: "one", values: { lr: 0.05 }, reason: "it jumps" }]);
  await pipeline.tell({ type: "change-applied", id: "one", values: { lr: 0.05 }, step: 3 });
  await untilRun(bench.api, pipeline.id, "the change", ({ values }) => values.lr === 0.05);
  const live = bench.host.notebooks()[0]?.live;
  if (!live) throw new Error("not open");
  expect(parametersSource(live)).toBe("lr: float = 0.05  # 0.0001 … 1, learning rate");
  expect(bench.host.run(pipeline.id)?.snapshot().recentEvents.at(-1)).toMatchObject({
    type: "parameters-applied",
    by: { kind: "person" },
    detail: { reason: "it jumps", step: 3 },
  });

  const cell = live.cellIds().find((id) => live.cell(id)?.source.startsWith("lr"));
  if (!cell) throw new Error("no cell");
  live.apply(
    { type: "set-source", id: cell, source: "lr: float = 0.5  # 0.0001 … 1, learning rate" },
    { type: "remote", label: "ana/browser", displayName: "Ana" },
  );
  const typed = await untilRun(
    bench.api,
    pipeline.id,
    "what she typed",
    (run) => run.stagedChanges.length === 1,
  );
  expect(typed.stagedChanges[0]).toMatchObject({ values: { lr: 0.5 }, by: { displayName: "Ana" } });
  const id = typed.stagedChanges[0]?.id ?? "";
  await pipeline.tell({ type: "change-refused", id, reason: "too high for this optimizer" });
  const refused = await untilRun(
    bench.api,
    pipeline.id,
    "the refusal",
    (run) => run.refusedChanges?.length === 1,
  );
  expect(refused.refusedChanges?.[0]).toMatchObject({
    values: { lr: 0.5 },
    why: "too high for this optimizer",
  });
  expect(refused.values.lr).toBe(0.05);
  expect(parametersSource(live)).toBe("lr: float = 0.05  # 0.0001 … 1, learning rate");

  await expect(
    bench.api.command(pipeline.id, {
      type: "set-parameters",
      changeId: "two",
      values: { lr: 7 },
      reason: null,
    }),
  ).rejects.toMatchObject({ code: "bad-value" });
});
