import { expect, test } from "vitest";
import { INITIAL, isLive, NO_KERNEL, receive } from "./session-state.ts";
import type { CellExecution } from "./types.ts";

const ana = { kind: "person", who: "ana", using: "browser", displayName: "Ana" } as const;

test("the first message fills the page's knowledge", () => {
  const state = receive(INITIAL, [
    {
      type: "hello",
      you: ana,
      rights: { view: true, edit: true, execute: false },
      path: "a/b.ipynb",
      kernel: NO_KERNEL,
      save: { type: "unsaved" },
      run: null,
      executions: {},
      inputs: [],
      conflicts: [],
    },
  ]);
  expect(state).toEqual({
    ...INITIAL,
    you: ana,
    rights: { view: true, edit: true, execute: false },
    path: "a/b.ipynb",
    save: { type: "unsaved" },
  });
});

test("a question is there until it is settled, and once", () => {
  const input = {
    id: "i1",
    cellId: "c1",
    request: { prompt: "name?", password: false },
    askedAtMs: 5,
  } as unknown as (typeof INITIAL)["inputs"][number];
  const asked = receive(INITIAL, [
    { type: "input-requested", input },
    { type: "input-requested", input },
  ]);
  expect(asked.inputs).toEqual([input]);
  expect(receive(asked, [{ type: "input-settled", inputId: "i1" }]).inputs).toEqual([]);
});

test("an ended run is no longer live", () => {
  expect(isLive(null)).toBe(false);
});

test("of executions that are told together the last of each cell counts; a first message in between knows better", () => {
  const execution = (state: string) => ({ state }) as unknown as CellExecution;
  const told = (cellId: string, state: string) =>
    ({ type: "execution", cellId, execution: execution(state) }) as const;
  const state = receive(INITIAL, [told("a", "running"), told("b", "queued"), told("a", "done")]);
  expect(state.executions).toEqual({ a: execution("done"), b: execution("queued") });
  const { connection: _, loaded: __, ...facts } = INITIAL;
  const hello = { ...facts, type: "hello", you: ana, executions: { a: execution("done") } } as const;
  expect(receive(state, [told("a", "running"), hello]).executions).toEqual({ a: execution("done") });
});
