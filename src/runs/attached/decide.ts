/**
 * The reducer of attached runs: state and event in, new state and effects out. Pure. Effects may be done again after a
 * crash (the state is kept after them), so each of them is one that twice does what once does.
 */
import type { Party } from "../../people/party.ts";
import { assertNever } from "../../util/assert-never.ts";
import { jsonEqual } from "../../util/json.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { checkChange } from "../parameters/check.ts";
import { onAttachedCommand } from "./commands.ts";
import type { AttachedDecision, AttachedEvent, AttachedRefusal } from "./events.ts";
import { onFacts } from "./facts.ts";
import { overlaid } from "./specs.ts";
import { type AttachedState, type AttachedWriter, MAX_WRITERS } from "./state.ts";
import { AttachedTransition } from "./transition.ts";

export function decideAttached(state: AttachedState, event: AttachedEvent): AttachedDecision<AttachedState> {
  const t = new AttachedTransition(state, event.atMs);
  const refusal = apply(t, event);
  return { state: t.state, effects: t.effects, refusal };
}

function apply(t: AttachedTransition, event: AttachedEvent): AttachedRefusal | null {
  switch (event.type) {
    case "joined":
      join(t, event.writer);
      return null;
    case "told":
      t.set({ told: [...new Set([...t.state.told, ...Object.keys(t.state.values)])] });
      return null;
    case "facts":
      onFacts(t, event.facts);
      return null;
    case "command":
      return onAttachedCommand(t, event.command, event.by);
    case "specs-read":
      onSpecs(t, event);
      return null;
    case "gone":
      onGone(t, event.why, event.lastWords);
      return null;
    case "came-back":
      if (t.state.end?.isPresumed !== true) return null;
      t.set({ end: null });
      t.record("came-back", "Its process is heard of again");
      return null;
    case "cell-made":
      t.set({ cells: [...new Set([...t.state.cells, event.role])] });
      return null;
    default:
      return assertNever(event);
  }
}

/** The same again is the same writer. The lowest rank leads, of two of the same rank the first. */
function join(t: AttachedTransition, writer: AttachedWriter): void {
  const { writers } = t.state;
  if (writers.some(({ id }) => id === writer.id) || writers.length >= MAX_WRITERS) return;
  const leader = writers.find(({ id }) => id === t.state.leader);
  const leads = leader === undefined || writer.rank < leader.rank;
  t.set({ writers: [...writers, writer], ...(leads && { leader: writer.id }) });
  const text = `Process ${writer.pid} on ${writer.host} (${writer.language}) joined`;
  const { id, rank, pid, host, language } = writer;
  t.record(writers.length === 0 ? "started" : "joined", text, {
    detail: { writer: id, rank, pid, host, language },
  });
}

function onSpecs(t: AttachedTransition, event: Extract<AttachedEvent, { type: "specs-read" }>): void {
  const declared = event.declared === undefined ? t.state.declared : merged(t.state.declared, event.declared);
  const specs = overlaid(event.specs, declared);
  t.set({ declared, specs });
  const { values, staged } = t.state;
  const changed: [string, (typeof values)[string]][] = [];
  for (const { name, defaultValue } of specs) {
    if (defaultValue === undefined) continue;
    const wanted = staged.findLast((change) => Object.hasOwn(change.values, name))?.values[name];
    const now = wanted ?? values[name];
    if (now === undefined || !jsonEqual(now, defaultValue)) changed.push([name, defaultValue]);
  }
  if (changed.length === 0) return;
  if (event.first) {
    t.set({ values: { ...values, ...Object.fromEntries(changed) } });
    return;
  }
  if (t.state.end !== null) return;
  stageFromSource(t, event.by, event.changeId, Object.fromEntries(changed));
}

function stageFromSource(
  t: AttachedTransition,
  by: Party,
  id: string,
  wanted: Readonly<AttachedState["values"]>,
): void {
  const from = Object.fromEntries(Object.keys(wanted).map((name) => [name, t.state.values[name] ?? null]));
  const checked = checkChange(t.state.specs, wanted, false);
  const detail = { changeId: id, from, to: wanted, reason: null };
  if (!checked.ok) {
    t.record("parameters-failed", `Not taken: ${Object.keys(wanted).join(", ")} (${checked.message})`, {
      by,
      detail: { changeId: id, values: wanted, reason: null, error: checked.message },
    });
    const refused = { id, values: wanted, by, why: checked.message, atMs: t.atMs };
    t.set({ refused: [...t.state.refused, refused].slice(-10) });
    return;
  }
  const text = Object.entries(checked.values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  t.record("parameters-changed", `${by.displayName} wrote ${text.join(", ")}`, { by, detail });
  const change = { id, values: checked.values, reason: null, by, atMs: t.atMs, inSource: true } as const;
  t.set({ staged: [...t.state.staged, change] });
}

function onGone(t: AttachedTransition, why: string, lastWords: readonly string[]): void {
  const { end, wish } = t.state;
  if (end !== null) return;
  const status = wish.state === "stop" ? "stopped" : "died";
  const exitCode = status === "stopped" ? EXIT_CODES.stopped : EXIT_CODES.kernelDied;
  const last = lastWords.at(-1);
  const outcome = last === undefined ? why : `${why}; its last words: ${last}`;
  t.set({ end: { status, outcome, exitCode, atMs: t.atMs, isPresumed: true }, held: null, staged: [] });
  t.record(status, outcome, { detail: { exitCode, lastWords: [...lastWords] } });
}

function merged<T extends { readonly name: string }>(known: readonly T[], more: readonly T[]): readonly T[] {
  const byName = new Map(known.map((one) => [one.name, one]));
  for (const one of more) byName.set(one.name, one);
  return [...byName.values()];
}
