/** What the log of an attached run's processes tells. Each fact counts once: its offset is kept with what came of it. */

import type { DeclaredParameter, Fact } from "../../telemetry/facts.ts";
import type { PlacedFact } from "../../telemetry/telemetry-store.ts";
import { assertNever } from "../../util/assert-never.ts";
import { jsonEqual } from "../../util/json.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { heldAt, holdIsOver } from "./holds.ts";
import type { AttachedTransition } from "./transition.ts";

const MAX_OWN_EVENTS = 1_000;
const MAX_OPEN_QUESTIONS = 100;
const MAX_ARTEFACTS = 100;
const MAX_DECLARED = 1_000;

export function onFacts(t: AttachedTransition, facts: readonly PlacedFact[]): void {
  const taken = { ...t.state.taken };
  for (const { writer, end, fact } of facts) {
    // Told again, after a crash or because a listener before us threw.
    if (end <= (taken[writer] ?? 0)) continue;
    taken[writer] = end;
    onFact(t, writer, fact);
  }
  t.set({ taken });
}

function onFact(t: AttachedTransition, writer: string, fact: Fact): void {
  switch (fact.type) {
    // Kept, counted and shown by the store.
    case "log":
    case "output":
    case "alive":
    case "dropped":
      return;
    case "event":
      onOwnEvent(t, fact);
      return;
    case "show":
      t.ask({ type: "show", name: fact.name, shown: fact.shown });
      return;
    case "artefact": {
      const { name, sha256, sizeBytes } = fact;
      const others = t.state.artefacts.filter((one) => one.name !== name);
      t.set({ artefacts: [...others, { name, sha256, sizeBytes }].slice(-MAX_ARTEFACTS) });
      return;
    }
    case "question":
      onQuestion(t, fact);
      return;
    case "question-withdrawn":
      forgetQuestion(t, fact.key);
      t.ask({ type: "withdraw-question", key: fact.key });
      return;
    case "answer-taken":
      forgetQuestion(t, fact.key);
      t.ask({
        type: "answer-taken",
        key: fact.key,
        answerId: fact.answerId,
        takenAtMs: ms(fact.time),
      });
      return;
    case "end":
      onEnd(t, writer, fact);
      return;
    case "step":
    case "parameter":
    case "change-applied":
    case "change-refused":
    case "control":
      if (leads(t, writer)) onLeaderFact(t, fact);
      return;
    default:
      assertNever(fact);
  }
}

/** A log that comes before its writer joined (it was sent by `sync`) leads, too. */
function leads(t: AttachedTransition, writer: string): boolean {
  return t.state.leader === null || t.state.leader === writer;
}

type LeaderFact = Extract<
  Fact,
  { type: "step" | "parameter" | "change-applied" | "change-refused" | "control" }
>;

function onLeaderFact(t: AttachedTransition, fact: LeaderFact): void {
  switch (fact.type) {
    case "step":
      onStep(t, fact);
      return;
    case "parameter":
      onParameter(t, fact.parameter);
      return;
    case "change-applied":
      onApplied(t, fact);
      return;
    case "change-refused":
      onRefused(t, fact);
      return;
    case "control":
      if (t.state.end !== null) return;
      if (fact.state === "held") heldAt(t, fact);
      else holdIsOver(t, ms(fact.time));
  }
}

function onOwnEvent(t: AttachedTransition, fact: Extract<Fact, { type: "event" }>): void {
  if (t.state.ownEvents >= MAX_OWN_EVENTS) return;
  t.set({ ownEvents: t.state.ownEvents + 1 });
  const { name, text, step, fields } = fact;
  t.record("event", text === undefined ? name : `${name}: ${text}`, {
    atMs: ms(fact.time),
    detail: { name, ...(step !== undefined && { step }), ...(fields && { fields }) },
  });
}

function onStep(t: AttachedTransition, fact: Extract<Fact, { type: "step" }>): void {
  const { index, total, label = null } = fact;
  const atMs = ms(fact.time);
  const before = t.state.step;
  // Another loop began: its pace is another.
  const isNew = before === null || index < before.index || label !== before.label;
  const from = isNew
    ? { fromIndex: index, fromMs: atMs }
    : { fromIndex: before.fromIndex, fromMs: before.fromMs };
  t.set({ step: { index, total, label, atMs, ...from } });
}

function onParameter(t: AttachedTransition, parameter: DeclaredParameter): void {
  const { declared, told, values } = t.state;
  const { name } = parameter;
  const isNew = !declared.some((one) => one.name === name);
  if (isNew && declared.length >= MAX_DECLARED) return;
  t.set({ declared: [...declared.filter((one) => one.name !== name), parameter] });
  t.ask({ type: "declare", parameters: [parameter] });
  const inForce = values[name];
  if (inForce === undefined) {
    t.set({ values: { ...values, [name]: parameter.value }, told: [...told, name] });
    return;
  }
  if (told.includes(name)) return;
  t.set({ told: [...told, name] });
  if (jsonEqual(inForce, parameter.value) || t.state.end !== null) return;
  // The notebook says another value, and stands in place of a configuration script.
  const by = { kind: "person", who: "local", using: "notebook", displayName: "The notebook" } as const;
  const change = {
    id: `told-${name}`,
    values: { [name]: inForce },
    reason: "as the parameters' cell has it",
    by,
    atMs: t.atMs,
  };
  t.set({ staged: [...t.state.staged, change] });
}

function onApplied(t: AttachedTransition, fact: Extract<Fact, { type: "change-applied" }>): void {
  const change = t.state.staged.find(({ id }) => id === fact.id);
  t.settleChange(fact.id);
  t.set({ values: { ...t.state.values, ...fact.values } });
  t.ask({ type: "write-values", values: fact.values });
  t.record("parameters-applied", `Now in force: ${Object.keys(fact.values).join(", ")}`, {
    ...(change && { by: change.by }),
    detail: {
      changeId: fact.id,
      values: fact.values,
      reason: change?.reason ?? null,
      step: fact.step ?? null,
    },
  });
}

function onRefused(t: AttachedTransition, fact: Extract<Fact, { type: "change-refused" }>): void {
  const change = t.state.staged.find(({ id }) => id === fact.id);
  if (change === undefined) return;
  t.settleChange(fact.id);
  const { values, reason, by } = change;
  const names = Object.keys(values);
  t.record("parameters-failed", `Not taken: ${names.join(", ")} (${fact.reason})`, {
    detail: { changeId: fact.id, values, reason, error: fact.reason, by: by.displayName },
  });
  const refused = { id: fact.id, values, by, why: fact.reason, atMs: t.atMs };
  t.set({ refused: [...t.state.refused, refused].slice(-10) });
  // The cell shows what is in force.
  const back = Object.entries(t.state.values).filter(([name]) => names.includes(name));
  if (change.inSource) t.ask({ type: "write-values", values: Object.fromEntries(back) });
}

function onQuestion(t: AttachedTransition, fact: Extract<Fact, { type: "question" }>): void {
  const { question } = fact;
  t.ask({ type: "ask", question, askedAtMs: ms(fact.time) });
  if (question.group !== undefined) return;
  const { key, prompt, form, choices = [], deadline } = question;
  const open = {
    key,
    prompt,
    form,
    choices,
    deadlineMs: deadline === undefined ? null : ms(deadline),
    default: question.default,
  };
  const others = t.state.questions.filter((one) => one.key !== key);
  t.set({ questions: [...others, open].slice(-MAX_OPEN_QUESTIONS) });
}

function forgetQuestion(t: AttachedTransition, key: string): void {
  t.set({ questions: t.state.questions.filter((one) => one.key !== key) });
}

function onEnd(t: AttachedTransition, writer: string, fact: Extract<Fact, { type: "end" }>): void {
  const writers = t.state.writers.map((one) => (one.id === writer ? { ...one, ended: true } : one));
  t.set({ writers });
  const atMs = ms(fact.time);
  if (!leads(t, writer)) {
    if (fact.status === "completed") return;
    const rank = writers.find(({ id }) => id === writer)?.rank ?? 0;
    t.record("rank-ended", `Rank ${rank} ended as ${fact.status}${fact.error ? `: ${fact.error}` : ""}`, {
      atMs,
      detail: endDetail(fact),
    });
    return;
  }
  if (t.state.end !== null && !t.state.end.isPresumed) return;
  const { status } = fact;
  const outcome = fact.error ?? (fact.signal === undefined ? null : `ended by ${fact.signal}`);
  const exitCode = exitCodeOf(fact);
  t.set({ end: { status, outcome, exitCode, atMs, isPresumed: false }, held: null, staged: [] });
  t.record(status, outcome ?? (status === "completed" ? "Completed" : "Stopped"), {
    atMs,
    detail: { ...endDetail(fact), exitCode },
  });
}

function endDetail({ error, traceback, exitCode, signal }: Extract<Fact, { type: "end" }>) {
  return {
    ...(error !== undefined && { error }),
    ...(traceback !== undefined && { traceback: traceback.slice(-20_000) }),
    ...(exitCode !== undefined && { exitCode }),
    ...(signal !== undefined && { signal }),
  };
}

function exitCodeOf({ status, exitCode, signal }: Extract<Fact, { type: "end" }>): number {
  if (status === "completed") return EXIT_CODES.completed;
  if (status === "stopped") return EXIT_CODES.stopped;
  if (status === "died") return signal === "SIGKILL" ? EXIT_CODES.outOfMemory : EXIT_CODES.kernelDied;
  return exitCode === undefined || exitCode === 0 ? EXIT_CODES.failed : exitCode;
}

const ms = (seconds: number): number => Math.round(seconds * 1_000);
