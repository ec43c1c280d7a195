import { describe, expect, test } from "vitest";
import type { Hold } from "../../runs/run.ts";
import { answerSignal, forgetInterrupts, noSignals, type RunSignal } from "./signals.ts";

const running = { status: "running", hold: null } as const;
const hold: Hold = {
  kind: "interrupted",
  cellId: null,
  what: "",
  why: null,
  sinceMs: 0,
  inputId: null,
  password: false,
};
const held = { status: "held", hold } as const;

function press(presses: readonly [RunSignal, typeof running | typeof held, number][]): unknown[] {
  let state = noSignals;
  return presses.map(([signal, run, at]) => {
    const answer = answerSignal(state, signal, run, at);
    state = answer.state;
    return answer.ask;
  });
}

describe("Ctrl-C", () => {
  test("interrupts, then stops, then stops at once, then leaves", () => {
    expect(
      press([
        ["interrupt", running, 0],
        ["interrupt", held, 1000],
        ["interrupt", held, 2000],
        ["interrupt", held, 3000],
      ]),
    ).toEqual([{ type: "interrupt" }, { type: "stop" }, { type: "stop", immediate: true }, "leave"]);
  });
  test("a second one stops also when the cell did not heed the first", () => {
    expect(
      press([
        ["interrupt", running, 0],
        ["interrupt", running, 500],
      ]),
    ).toEqual([{ type: "interrupt" }, { type: "stop" }]);
  });
  test("on hold stops", () => expect(press([["interrupt", held, 0]])).toEqual([{ type: "stop" }]));
  test("heard twice at once counts once", () => {
    expect(
      press([
        ["interrupt", running, 0],
        ["interrupt", running, 40],
      ]),
    ).toEqual([{ type: "interrupt" }, null]);
  });
  test("typed as soon as the hold is shown stops, however quickly the cell heeded the first", () => {
    expect(
      press([
        ["key", running, 0],
        ["key", running, 30],
        ["key", held, 60],
        ["key", held, 90],
      ]),
    ).toEqual([{ type: "interrupt" }, null, { type: "stop" }, null]);
  });
  test("sent by a program as soon as the hold is told stops, too, but not what npm passes on late", () => {
    const first = answerSignal(noSignals, "interrupt", running, 0).state;
    expect(answerSignal(first, "interrupt", held, 60).ask).toEqual({ type: "stop" });
    expect(answerSignal(first, "interrupt", held, 60, true).ask).toBeNull();
    expect(answerSignal(first, "interrupt", held, 160, true).ask).toEqual({ type: "stop" });
  });
  test("a request to end just behind it is none of the same press", () => {
    expect(
      press([
        ["interrupt", running, 0],
        ["terminate", running, 20],
      ]),
    ).toEqual([{ type: "interrupt" }, { type: "stop" }]);
  });
  test("after the run went on is a first one again", () => {
    const { state } = answerSignal(noSignals, "interrupt", running, 0);
    expect(answerSignal(forgetInterrupts(state), "interrupt", running, 5000).ask).toEqual({
      type: "interrupt",
    });
  });
});

test("SIGTERM stops at once", () => expect(press([["terminate", running, 0]])).toEqual([{ type: "stop" }]));
