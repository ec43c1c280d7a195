import { expect, test } from "vitest";
import type { CommMessage, CommRequest } from "../kernel/kernel.ts";
import type { JsonObject } from "../util/json.ts";
import { CommLanes } from "./comm-lanes.ts";

function update(state: JsonObject, commId = "slider"): CommMessage {
  const data = { method: "update", state, buffer_paths: [] };
  return { type: "comm_msg", commId, targetName: null, data, metadata: {}, buffers: [] };
}

/** A kernel that is busy until it is told that it has dealt with the oldest message. */
function aBusyKernel(isThere = true) {
  const sent: { readonly message: CommMessage; readonly request: CommRequest }[] = [];
  const done: string[] = [];
  const taken: CommMessage[] = [];
  let handled = 0;
  const lanes = new CommLanes({
    send: (message, request) => (isThere ? `k${sent.push({ message, request })}` : null),
    onDone: (ids) => done.push(...ids),
    onTaken: (message) => taken.push(message),
  });
  const handle = (): void => sent[handled++]?.request.onDone?.();
  return { lanes, sent, done, taken, handle, states: () => sent.map(({ message }) => message.data.state) };
}

test("while one is under way, newer values take the place of older ones; other widgets do not wait", () => {
  const it = aBusyKernel();
  for (const value of [1, 2, 3]) it.lanes.post(update({ value }), `p${value}`, undefined);
  it.lanes.post(update({ min: 0 }), "p4", undefined);
  it.lanes.post(update({ value: 9 }, "other"), "q", undefined);
  expect(it.states()).toEqual([{ value: 1 }, { value: 9 }]);
  it.handle();
  expect(it.states().at(-1)).toEqual({ value: 3, min: 0 });
  it.handle();
  it.handle();
  expect(it.done).toEqual(["p1", "q", "p2", "p3", "p4"]);
});

test("a value that the kernel does not echo holds all the same; one that it answers is the kernel's to say", () => {
  const it = aBusyKernel();
  it.lanes.post(update({ value: 5, text: "a" }), "p", undefined);
  const echo = { ...update({ value: 4 }), parentId: "k1" };
  expect(it.lanes.answers(echo)).toEqual(["p"]);
  it.handle();
  expect(it.taken.map(({ data }) => data)).toEqual([
    { method: "echo_update", state: { text: "a" }, buffer_paths: [] },
  ]);
});

test("without a kernel, and when it is gone, nothing is waited for", () => {
  const none = aBusyKernel(false);
  none.lanes.post(update({ value: 1 }), "p", undefined);
  expect(none.done).toEqual(["p"]);
  const it = aBusyKernel();
  for (const id of ["a", "b"]) it.lanes.post(update({ value: 1 }), id, undefined);
  it.lanes.clear();
  expect(it.done).toEqual(["a", "b"]);
  expect(it.sent).toHaveLength(1);
});
