/** A run holds for its question until it has the answer; ranks are one run; a kernel stands beside its notebook run. */
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { aBench, Pipeline, untilRun } from "./attached/attached-bench.ts";

test("holds for its question, is given the answer once, and goes on; ranks are merged", async () => {
  const bench = await aBench();
  const p = new Pipeline(bench.api);
  const { news } = await p.attach();
  const rank1 = new Pipeline(bench.api, p.id, "rank-1");
  await rank1.attach({
    writer: { id: "rank-1", pid: process.pid, host: hostname(), language: "python", rank: 1 },
  });
  await rank1.tell({ type: "step", index: 77, total: 99 }, { type: "end", status: "completed" });
  await p.tell(
    { type: "question", question: { key: "go", prompt: "Release?", form: "choice", choices: ["yes", "no"] } },
    { type: "control", state: "held", question: "go" },
  );
  const held = await untilRun(bench.api, p.id, "hold", ({ status }) => status === "held");
  expect(held.hold).toMatchObject({ kind: "question", what: "Release?", questionId: `${p.id}/go` });
  expect(held.process?.ranks).toBe(2);
  expect(held.stepsDone).toBe(0);
  const told = p.wire.news(p.id, "main", news.revision, 25);
  const by = { kind: "person", who: "ana", using: "browser", displayName: "Ana" } as const;
  await bench.host.questions?.answer(
    `${p.id}/go`,
    { id: "a1", kind: "value", value: "yes", comment: null },
    by,
  );
  expect((await told).answers).toMatchObject([{ key: "go", answer: { value: "yes" } }]);
  await p.tell({ type: "answer-taken", key: "go", answerId: "a1" }, { type: "control", state: "running" });
  await untilRun(bench.api, p.id, "on", ({ status }) => status === "running");
  expect((await p.wire.news(p.id, "main", -1, 25)).answers).toEqual([]);
  expect((await p.wire.answer(p.id, "go"))?.value).toBe("yes");
});

test("in a kernel it stands beside the notebook's run", async () => {
  const bench = await aBench();
  const session = await bench.api.openNotebook({ path: "own.ipynb", create: true });
  const p = new Pipeline(bench.api);
  const view = await p.attach({ within: session.id });
  expect(view.notebookId).toBe(session.id);
  expect(await bench.api.runs()).toEqual([]);
});
