import { expect, test } from "vitest";
import type { LiveMessage } from "../api/live.ts";
import type { CellExecution, KernelView, PendingInput } from "../usecases/notebook-session.ts";
import { CellId, ExecutionId } from "../util/ids.ts";
import { applyLiveMessage, type LiveState } from "./live-state.ts";

const kernel = (state: KernelView["state"]): KernelView => ({
  state,
  specName: "python3",
  displayName: "Python 3",
  language: "python",
  supportsSubshells: true,
  pid: 1,
  death: null,
  sinceMs: 0,
});
const you = { kind: "person", who: "local", using: "browser", displayName: "Ana" } as const;
const hello: LiveMessage = {
  type: "hello",
  you,
  rights: { view: true, edit: true, execute: true },
  path: "a.ipynb",
  kernel: kernel("idle"),
  save: { type: "unsaved" },
  run: null,
  executions: {},
  inputs: [],
  conflicts: [],
};
const execution: CellExecution = {
  executionId: ExecutionId.create(),
  state: "running",
  by: you,
  lane: "main",
  queuedAtMs: 1,
  startedAtMs: 2,
  endedAtMs: null,
  outcome: null,
};
const input = (id: string): PendingInput => ({
  id,
  cellId: CellId.of("a"),
  request: { prompt: "?", password: false },
  askedAtMs: 1,
});

const after = (...messages: LiveMessage[]): LiveState | null =>
  messages.reduce<LiveState | null>(applyLiveMessage, null);

test("messages add up to how things stand", () => {
  const { type: _, ...first } = hello;
  expect(
    after(
      hello,
      { type: "kernel", kernel: kernel("busy") },
      { type: "execution", cellId: "a", execution },
      { type: "save", save: { type: "saved", atMs: 5 } },
      { type: "input-requested", input: input("q1") },
      { type: "input-requested", input: input("q2") },
      { type: "input-requested", input: input("q2") },
      { type: "input-settled", inputId: "q1" },
    ),
  ).toEqual({
    ...first,
    kernel: kernel("busy"),
    save: { type: "saved", atMs: 5 },
    executions: { a: execution },
    inputs: [input("q2")],
  });
});

test("another hello starts anew, and what came before the first counts for nothing", () => {
  expect(after({ type: "save", save: { type: "unsaved" } })).toBeNull();
  expect(after(hello, { type: "execution", cellId: "a", execution }, hello)).toEqual(after(hello));
});

test("what did not change stays the same object", () => {
  const before = after(hello, { type: "execution", cellId: "a", execution });
  const next = applyLiveMessage(before, { type: "save", save: { type: "saved", atMs: 1 } });
  expect(next?.executions).toBe(before?.executions);
});
