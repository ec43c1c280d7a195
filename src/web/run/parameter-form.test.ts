import { describe, expect, test } from "vitest";
import type { ParameterSpec, RunSnapshot } from "../session/types.ts";
import {
  fieldOf,
  formatValue,
  parseValue,
  stagedFields,
  stagedValues,
  standingOf,
} from "./parameter-form.ts";

const spec = (fields: Partial<ParameterSpec>): ParameterSpec =>
  ({
    name: "lr",
    type: "float",
    declaredType: null,
    defaultValue: 0.1,
    defaultSource: "0.1",
    help: null,
    range: null,
    choices: null,
    cellId: "c1",
    ...fields,
  }) as ParameterSpec;

const ana = { kind: "person", who: "ana", using: "browser", displayName: "Ana" } as const;
const aRun = (fields: Partial<RunSnapshot>): RunSnapshot =>
  ({ values: { lr: 0.1 }, stagedChanges: [], recentEvents: [], ...fields }) as unknown as RunSnapshot;

describe("fields", () => {
  test("each type has its field", () => {
    expect(
      [
        spec({}),
        spec({ type: "bool" }),
        spec({ type: "str" }),
        spec({ type: "str", choices: ["adam", "sgd"] }),
        spec({ type: "list" }),
        spec({ type: "unknown" }),
      ].map(fieldOf),
    ).toEqual(["number", "switch", "text", "choice", "literal", "literal"]);
  });

  test("a number is checked for its kind and its range", () => {
    const lr = spec({ range: { min: 0.0001, max: 1 } });
    expect(parseValue("5e-3", lr)).toEqual({ ok: true, value: 0.005 });
    expect(parseValue("2", lr)).toEqual({ ok: false, message: "From 0.0001 to 1." });
    expect(parseValue("0,5", lr)).toEqual({ ok: false, message: "Write the number with a point." });
    expect(parseValue("1.5", spec({ type: "int" }))).toEqual({
      ok: false,
      message: "A whole number is needed.",
    });
    expect(parseValue("1_000", spec({ type: "int" }))).toEqual({ ok: true, value: 1000 });
    expect(parseValue("", lr)).toEqual({ ok: false, message: "A number is needed." });
  });

  test("a text stays text, a list is read as code writes it", () => {
    expect(parseValue("007", spec({ type: "str" }))).toEqual({ ok: true, value: "007" });
    expect(parseValue("(64, 32)", spec({ type: "list" }))).toEqual({ ok: true, value: [64, 32] });
    expect(parseValue("[64, x]", spec({ type: "list" })).ok).toBe(false);
    expect(formatValue([64, 32], spec({ type: "list" }))).toBe("[64, 32]");
    expect(formatValue(true, spec({ type: "bool" }))).toBe("True");
  });
});

test("only fields that mean something else are staged", () => {
  const specs = [spec({}), spec({ name: "epochs", type: "int", defaultValue: 40, defaultSource: "40" })];
  const staged = stagedFields(specs, { lr: "0.10", epochs: "60" }, aRun({ values: { lr: 0.1, epochs: 40 } }));
  expect(staged.map(({ spec: { name }, from }) => [name, from])).toEqual([["epochs", 40]]);
  expect(stagedValues(staged)).toEqual({ epochs: 60 });
});

test("a change is asked for, then taken or refused", () => {
  const change = { id: "x", values: { lr: 0.05 }, reason: null, by: ana, atMs: 5 };
  expect(standingOf("lr", aRun({ stagedChanges: [change] }))).toEqual({
    type: "asked",
    value: 0.05,
    by: "Ana",
    atMs: 5,
  });
  const event = (type: string, detail: Record<string, unknown>, atMs: number) =>
    ({
      seq: atMs,
      atMs,
      by: ana,
      type,
      cellId: null,
      text: "",
      detail,
    }) as RunSnapshot["recentEvents"][number];
  const asked = event("parameters-changed", { changeId: "x", to: { lr: 0.05 } }, 5);
  const applied = event("parameters-applied", { changeId: "x", values: { lr: 0.05 } }, 9);
  expect(standingOf("lr", aRun({ recentEvents: [asked, applied] }))).toEqual({
    type: "taken",
    by: "Ana",
    atMs: 9,
  });
  const failed = event("parameters-failed", { changeId: "x", values: { lr: 0.05 }, error: "no" }, 9);
  expect(standingOf("lr", aRun({ recentEvents: [asked, failed] }))).toEqual({
    type: "refused",
    why: "no",
    atMs: 9,
  });
  expect(standingOf("lr", aRun({}))).toBeNull();
});
