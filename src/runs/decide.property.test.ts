/** No order of commands and facts brings the machine into a state that cannot be. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Party } from "../people/party.ts";
import { CellId } from "../util/ids.ts";
import { begin, type Decision, decide, statusOf } from "./decide.ts";
import type { CellResult, RunEffect, RunEvent } from "./machine/events.ts";
import { holdOf, initialState, type RunState } from "./machine/state.ts";
import { defaultRunOptions } from "./options.ts";
import type { ParameterValues } from "./parameters.ts";
import type { RunCommand, StepRecord } from "./run.ts";
import { ENDED } from "./run.ts";

const ana: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
const self: Party = { kind: "pipeline", who: "run_1", using: "train", displayName: "train" };
const CELLS = ["a", "b", "c", "d"].map(CellId.of);

const command: fc.Arbitrary<RunCommand> = fc.oneof(
  fc.constantFrom<RunCommand>(
    { type: "pause" },
    { type: "resume" },
    { type: "step" },
    { type: "skip" },
    { type: "interrupt" },
    { type: "stop" },
    { type: "approve", reason: null },
    { type: "refuse", reason: "no" },
    { type: "answer-input", inputId: "in_1", value: "x" },
    { type: "discard-change", changeId: "c1" },
  ),
  fc.record({ type: fc.constant("stop" as const), immediate: fc.constant(true) }),
  fc.record({
    type: fc.constant("rerun-from" as const),
    cellId: fc.constantFrom(...CELLS),
    hold: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("set-parameters" as const),
    changeId: fc.constantFrom("c1", "c2", "c3"),
    values: fc.constantFrom<ParameterValues>({ lr: 1 }, { lr: "x" }, { nope: 1 }),
    reason: fc.constant(null),
  }),
);

const death = { exitCode: null, signal: null, memoryPeakBytes: null, stderrTail: "" };
const result: fc.Arbitrary<CellResult> = fc.constantFrom<CellResult>(
  { type: "completed" },
  { type: "completed" },
  { type: "failed", ename: "ValueError", evalue: "no" },
  { type: "failed", ename: "SystemExit", evalue: "0" },
  { type: "timed-out", afterMs: 5 },
  { type: "timed-out", afterMs: 5, kernelIsBusy: true },
  { type: "interrupted", by: null },
  { type: "aborted" },
  { type: "died", death: { ...death, reason: "killed", signal: "SIGKILL" } },
  { type: "died", death: { ...death, reason: "shut-down" } },
);

/** Something that the world or a person does; facts that do not fit the moment are told all the same. */
const happening = fc.oneof(
  { weight: 4, arbitrary: command.map((asked) => ({ kind: "command" as const, asked })) },
  { weight: 4, arbitrary: result.map((outcome) => ({ kind: "settle" as const, outcome })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("ready", "applied", "not-applied", "input", "input-over", "run-timeout", "grace")
      .map((fact) => ({ kind: "fact" as const, fact })),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

const optionSets = fc.record({
  onError: fc.constantFrom("fail" as const, "hold" as const),
  holdAtTags: fc.boolean(),
  runTimeoutMs: fc.constantFrom(null, 1_000),
});

class World {
  state: RunState;
  readonly effects: RunEffect[] = [];
  readonly steps = new Map<number, StepRecord>();
  executed = 0;
  applying = 0;
  finished = 0;
  runTimer: number | null = null;
  private place = 0;
  private readonly queue: RunEvent[] = [];
  private isDraining = false;
  private atMs = 0;

  constructor(options: { onError: "fail" | "hold"; holdAtTags: boolean; runTimeoutMs: number | null }) {
    const lr = {
      name: "lr",
      type: "float",
      declaredType: null,
      defaultValue: 0,
      defaultSource: "0",
    } as const;
    this.state = initialState({
      options: { ...defaultRunOptions, ...options },
      self,
      parameters: [{ ...lr, help: null, range: null, choices: null, cellId: CellId.of("a") }],
      values: { lr: 0 },
    });
    this.take(begin(this.state, 0, ana));
  }

  happen(happening: Happening): void {
    const { phase } = this.state;
    const atMs = ++this.atMs;
    if (happening.kind === "command") {
      this.feed({ type: "command", command: happening.asked, by: ana, cellExists: true, atMs });
    } else if (happening.kind === "settle") {
      const cellId = phase.type === "executing" ? phase.cellId : CellId.of("a");
      this.feed({ type: "cell-settled", cellId, result: happening.outcome, executionCount: 1, atMs });
    } else this.feed(this.fact(happening.fact, atMs));
  }

  private fact(fact: string, atMs: number): RunEvent {
    const { phase } = this.state;
    switch (fact) {
      case "ready":
        return { type: "kernel-ready", kernel: "Python", atMs };
      case "applied":
        return { type: "parameters-settled", error: null, atMs };
      case "not-applied":
        return { type: "parameters-settled", error: "no", atMs };
      case "input": {
        const cellId = phase.type === "executing" ? phase.cellId : CellId.of("a");
        return { type: "input-requested", cellId, inputId: "in_1", prompt: "", password: false, atMs };
      }
      case "input-over":
        return { type: "input-settled", inputId: "in_1", atMs };
      case "run-timeout":
        return { type: "run-timeout", atMs };
      default:
        return { type: "grace-over", atMs };
    }
  }

  /** As the shell does it: events that effects bring about wait until the effects of this one are done. */
  feed(event: RunEvent): void {
    this.queue.push(event);
    if (this.isDraining) return;
    this.isDraining = true;
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) this.decide(next);
    this.isDraining = false;
    this.check();
  }

  private decide(event: RunEvent): void {
    const before = this.state;
    const decision = decide(this.state, event);
    if (decision.refusal !== null) {
      expect(decision.state).toBe(before);
      expect(decision.effects).toEqual([]);
    }
    // What has ended stays ended, and asks for nothing any more.
    if (before.phase.type === "ended") expect(decision).toMatchObject({ state: before, effects: [] });
    if (before.phase.type === "ending") {
      expect(["ending", "ended"]).toContain(decision.state.phase.type);
      expect(decision.effects).toEqual([]);
    }
    this.take(decision);
  }

  private take(decision: Decision): void {
    this.state = decision.state;
    this.effects.push(...decision.effects);
    const asked = decision.effects;
    // The kernel does one thing at a time for the run, and there is one question to the document.
    const starts = asked.filter(({ type }) =>
      ["execute-cell", "apply-parameters", "read-next-cell", "finish"].includes(type),
    );
    expect(starts.length).toBeLessThanOrEqual(1);
    for (const effect of asked) this.perform(effect);
  }

  private perform(effect: RunEffect): void {
    switch (effect.type) {
      case "read-next-cell": {
        const id = CELLS[this.place];
        const cell =
          id === undefined
            ? null
            : {
                id,
                label: id,
                source: id,
                sourceHash: id,
                holdsBefore: id === "c",
                why: null,
                allowsError: id === "d",
              };
        this.feed({ type: "next-cell", cell, atMs: this.atMs });
        return;
      }
      case "pass-cell":
      case "skip-cell":
        this.place = CELLS.indexOf(effect.cellId) + 1;
        if (effect.type === "skip-cell") {
          const taken = this.steps.get(effect.ordinal);
          expect(taken?.status ?? "not-run").toBe("not-run");
        }
        return;
      case "place-before":
        this.place = CELLS.indexOf(effect.cellId);
        return;
      case "record-step": {
        const before = this.steps.get(effect.step.ordinal);
        // One record a step: it begins, and ends once. (A cell that never started gives its number back.)
        const isOpen = before === undefined || before.status === "running" || before.status === "not-run";
        if (!isOpen) throw new Error("a step ended twice");
        this.steps.set(effect.step.ordinal, effect.step);
        return;
      }
      case "execute-cell":
        this.executed++;
        return;
      case "set-timer":
        if (effect.timer === "run") this.runTimer = effect.afterMs;
        return;
      case "finish":
        this.finished++;
        return;
    }
  }

  private check(): void {
    const { state } = this;
    const status = statusOf(state);
    const hold = holdOf(state);
    expect(status === "held").toBe(hold !== null);
    if (hold?.kind === "input") expect(state.phase.type).toBe("executing");
    const isOver = state.phase.type === "ending" || state.phase.type === "ended";
    expect(this.finished).toBe(isOver ? 1 : 0);
    expect(ENDED.has(status)).toBe(state.phase.type === "ended");
    const running = [...this.steps.values()].filter((step) => step.status === "running");
    expect(running.length).toBe(state.phase.type === "executing" ? 1 : 0);
    // The clock of the run goes exactly while it does not wait for a person.
    if (state.budget !== null) {
      const waits = hold !== null || isOver;
      expect(this.runTimer === null).toBe(waits);
      expect(state.budget.leftMs).toBeGreaterThanOrEqual(0);
    }
  }
}

describe("whatever people and the world do", () => {
  test("states are possible, ends stay, each executed cell has one record", () => {
    fc.assert(
      fc.property(optionSets, fc.array(happening, { maxLength: 60 }), (options, happenings) => {
        const world = new World(options);
        world.happen({ kind: "fact", fact: "ready" });
        for (const happening of happenings) world.happen(happening);
        const events = world.effects.flatMap((effect) =>
          effect.type === "record-event" ? [effect.event.seq] : [],
        );
        expect(events).toEqual(events.map((_, index) => index + 1));
      }),
      { numRuns: 1_000 },
    );
  });

  test("and a person can always end it", () => {
    fc.assert(
      fc.property(optionSets, fc.array(happening, { maxLength: 40 }), (options, happenings) => {
        const world = new World(options);
        for (const happening of happenings) world.happen(happening);
        world.happen({ kind: "command", asked: { type: "stop", immediate: true } });
        world.feed({ type: "end-written", saveError: null, atMs: 1e6 });
        expect(ENDED.has(statusOf(world.state))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("and letting it run brings it to an end", () => {
    fc.assert(
      fc.property(optionSets, fc.array(happening, { maxLength: 40 }), (options, happenings) => {
        const world = new World(options);
        for (const happening of happenings) world.happen(happening);
        for (let turn = 0; turn < 60 && !["ending", "ended"].includes(world.state.phase.type); turn++) {
          world.happen({ kind: "fact", fact: "ready" });
          world.happen({ kind: "fact", fact: "applied" });
          world.happen({ kind: "command", asked: { type: "resume" } });
          world.happen({ kind: "settle", outcome: { type: "completed" } });
        }
        expect(["ending", "ended"]).toContain(world.state.phase.type);
      }),
      { numRuns: 500 },
    );
  });
});
