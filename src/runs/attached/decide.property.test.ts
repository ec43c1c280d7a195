import fc from "fast-check";
import { expect, test } from "vitest";
import type { Party } from "../../people/party.ts";
import type { DeclaredParameter, Fact } from "../../telemetry/facts.ts";
import type { PlacedFact } from "../../telemetry/telemetry-store.ts";
import { CellId, NotebookId, RunId } from "../../util/ids.ts";
import { type DeclaringCell, inferParameters } from "../parameters/infer.ts";
import { decideAttached } from "./decide.ts";
import { declarations } from "./declare.ts";
import type { AttachedEffect, AttachedEvent } from "./events.ts";
import { attachedSnapshot } from "./snapshot.ts";
import { type AttachedState, initialAttached } from "./state.ts";

const ANA: Party = { kind: "person", who: "ana", using: "browser", displayName: "Ana" };
const SELF: Party = { kind: "pipeline", who: "run_x", using: "train", displayName: "train" };

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({
    type: fc.constant("step" as const),
    time: time(),
    index: fc.nat(50),
    total: fc.option(fc.nat(50)),
  }),
  fc.record({
    type: fc.constant("control" as const),
    time: time(),
    state: fc.constantFrom("held", "running"),
  }),
  fc.record({
    type: fc.constant("change-applied" as const),
    time: time(),
    id: fc.constantFrom("a", "b"),
    values: fc.constant({ lr: 0.5 }),
  }),
  fc.record({
    type: fc.constant("change-refused" as const),
    time: time(),
    id: fc.constantFrom("a", "b"),
    reason: fc.constant("no"),
  }),
  fc.record({ type: fc.constant("event" as const), time: time(), name: fc.constant("saved") }),
  fc.record({
    type: fc.constant("end" as const),
    time: time(),
    status: fc.constantFrom("completed", "failed", "stopped"),
  }),
);

function time(): fc.Arbitrary<number> {
  return fc.nat(1_000);
}

const command: fc.Arbitrary<AttachedEvent> = fc
  .constantFrom(
    { type: "pause" } as const,
    { type: "resume" } as const,
    { type: "step" } as const,
    { type: "stop" } as const,
    { type: "skip" } as const,
    { type: "set-parameters", changeId: "a", values: { lr: 0.5 }, reason: null } as const,
    { type: "discard-change", changeId: "a" } as const,
  )
  .map((one) => ({ type: "command", command: one, by: ANA, atMs: 5 }));

const gone: fc.Arbitrary<AttachedEvent> = fc.constantFrom(
  { type: "gone", why: "gone", lastWords: [], atMs: 6 } as const,
  { type: "came-back", atMs: 7 } as const,
);

/** A log in its order, and what happens between its records. */
const story = fc.array(fc.oneof({ weight: 4, arbitrary: fact }, { weight: 3, arbitrary: command }, gone), {
  maxLength: 40,
});

function begun(): AttachedState {
  const writer = { id: "main", rank: 0, pid: 1, host: "h", language: "python", identity: null, ended: false };
  const { state } = decideAttached(initialAttached(SELF), { type: "joined", writer, atMs: 0 });
  const declared = [{ name: "lr", type: "float", value: 0.1 }] as const;
  const specs: AttachedEvent = {
    type: "specs-read",
    specs: [],
    declared,
    first: true,
    by: ANA,
    changeId: "x",
    atMs: 0,
  };
  return decideAttached(state, specs).state;
}

function eventsOf(parts: readonly (Fact | AttachedEvent)[]): AttachedEvent[] {
  let end = 0;
  return parts.map((part) => {
    if ("atMs" in part) return part;
    end++;
    return { type: "facts", facts: [{ writer: "main", end, fact: part }], atMs: 10 };
  });
}

function told(
  state: AttachedState,
  events: readonly AttachedEvent[],
): { readonly state: AttachedState; readonly effects: readonly AttachedEffect[] } {
  let now = state;
  const effects: AttachedEffect[] = [];
  for (const event of events) {
    const decision = decideAttached(now, event);
    now = decision.state;
    effects.push(...decision.effects);
  }
  return { state: now, effects };
}

test("facts that are told again change nothing, and ask for nothing", () => {
  fc.assert(
    fc.property(story, (parts) => {
      const events = eventsOf(parts);
      const { state } = told(begun(), events);
      const facts = events.flatMap((event) => (event.type === "facts" ? event.facts : []));
      const again = decideAttached(state, { type: "facts", facts, atMs: 20 });
      expect(again.state).toEqual(state);
      expect(again.effects).toEqual([]);
    }),
  );
});

test("kept as JSON at any moment, it goes on as if nothing had been", () => {
  fc.assert(
    fc.property(story, fc.nat(40), (parts, cut) => {
      const events = eventsOf(parts);
      const before = told(begun(), events.slice(0, cut)).state;
      const kept = JSON.parse(JSON.stringify(before)) as AttachedState;
      expect(told(kept, events.slice(cut))).toEqual(told(before, events.slice(cut)));
    }),
  );
});

test("one batch of facts or many, it is the same", () => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 30 }), (facts) => {
      const placed: PlacedFact[] = facts.map((one, index) => ({ writer: "main", end: index + 1, fact: one }));
      const one = told(begun(), [{ type: "facts", facts: placed, atMs: 10 }]);
      const many = told(
        begun(),
        placed.map((fact) => ({ type: "facts", facts: [fact], atMs: 10 })),
      );
      expect(one).toEqual(many);
    }),
  );
});

test("an end that was told stays; events are numbered without a gap; only a living run holds", () => {
  fc.assert(
    fc.property(story, (parts) => {
      let state = begun();
      let seq = state.seq;
      for (const event of eventsOf(parts)) {
        const wasEnded = state.end !== null && !state.end.isPresumed ? state.end : null;
        const decision = decideAttached(state, event);
        state = decision.state;
        if (wasEnded !== null) expect(state.end).toEqual(wasEnded);
        for (const effect of decision.effects)
          if (effect.type === "record-event") expect(effect.event.seq).toBe(++seq);
        const facts = { notebookId: NotebookId.of("nb"), name: "train", path: null, startedAtMs: 0 };
        const run = attachedSnapshot(state, {
          ...{ id: RunId.of("run_x"), ...facts, seenAtMs: 0, silentSinceMs: null, recentEvents: [] },
        });
        expect(run.hold !== null && run.endedAtMs !== null).toBe(false);
        if (run.status === "held") expect(run.hold).not.toBeNull();
      }
    }),
  );
});

test("what is declared is read back from the cell as it was declared", () => {
  const declared: readonly DeclaredParameter[] = [
    { name: "lr", type: "float", value: 1, min: 0.0001, max: 1, help: "learning rate" },
    { name: "layers", type: "list", value: [64, 32] },
    { name: "optimizer", type: "str", value: "adam", choices: ["adam", "sgd"], help: "how it steps" },
    { name: "epochs", type: "int", value: 5, min: 1 },
  ];
  for (const language of ["python", "javascript", "r", "julia"]) {
    const { lines, faults } = declarations(declared, { kernelName: null, language });
    expect(faults).toEqual([]);
    const source = lines.join("\n");
    const cell: DeclaringCell = {
      id: CellId.of("p"),
      cellType: "code",
      source,
      metadata: { tags: ["parameters"] },
    };
    const specs = inferParameters([cell], { kernelName: null, language });
    expect(specs.map(({ name, defaultValue }) => [name, defaultValue])).toEqual(
      declared.map(({ name, value }) => [name, value]),
    );
    expect(specs[0]).toMatchObject({ range: { min: 0.0001, max: 1 }, help: "learning rate" });
    expect(specs[2]).toMatchObject({ choices: ["adam", "sgd"], help: "how it steps" });
    expect(specs[3]).toMatchObject({ range: { min: 1, max: null } });
  }
});
