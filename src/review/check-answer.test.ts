import { describe, expect, test } from "vitest";
import type { AskedQuestion } from "../telemetry/facts.ts";
import type { JsonValue } from "../util/json.ts";
import { checkAnswer, problemOfAsked } from "./check-answer.ts";
import type { NewAnswer } from "./question.ts";

const asked = (more: Partial<AskedQuestion>): AskedQuestion => ({
  key: "k",
  prompt: "?",
  form: "text",
  ...more,
});

function kept(
  question: Partial<AskedQuestion>,
  value: JsonValue,
  kind: NewAnswer["kind"] = "value",
): unknown {
  const checked = checkAnswer(asked(question), { kind, value, comment: null });
  return checked.ok ? { value: checked.value } : checked.message;
}

describe("an answer", () => {
  test.each<[string, Partial<AskedQuestion>, JsonValue, NewAnswer["kind"], JsonValue]>([
    ["one of the choices", { form: "choice", choices: ["a", 2] }, 2, "value", 2],
    [
      "several, in the form's order",
      { form: "choices", choices: ["a", "b", "c"] },
      ["c", "a", "c"],
      "value",
      ["a", "c"],
    ],
    ["none of several", { form: "choices", choices: ["a"] }, [], "value", []],
    ["text", { form: "text" }, " as it is ", "value", " as it is "],
    ["a number", { form: "number", min: 0, max: 1 }, 0.5, "value", 0.5],
    ["a correction", { form: "correction", proposed: { a: 1 } }, { a: 2 }, "value", { a: 2 }],
    ["approval of a proposal", { form: "approval", proposed: 0.1 }, null, "approve", 0.1],
    ["approval", { form: "approval" }, null, "approve", true],
    ["another value", { form: "approval", proposed: 0.1 }, 0.2, "change", 0.2],
    ["a response", { form: "approval" }, "Not before Monday", "respond", "Not before Monday"],
    ["ignoring it", { form: "approval" }, "x", "ignore", null],
  ])("is %s", (_, question, value, kind, expected) => {
    expect(kept(question, value, kind)).toEqual({ value: expected });
  });

  test.each<[string, Partial<AskedQuestion>, JsonValue, NewAnswer["kind"], string]>([
    ["what is no choice", { form: "choice", choices: ["a", "b"] }, "c", "value", 'Choose one of "a", "b".'],
    ["one for several", { form: "choices", choices: ["a"] }, "a", "value", 'Choose any of "a".'],
    ["a number that is text", { form: "number" }, "1", "value", "This question takes a number."],
    ["too little", { form: "number", min: 1 }, 0, "value", "The number has to be at least 1."],
    ["too much", { form: "number", max: 1 }, 2, "value", "The number may be 1 at most."],
    [
      "another kind of value",
      { form: "correction", proposed: 1 },
      "1",
      "value",
      "What is proposed is a number",
    ],
    ["a value for an approval", { form: "approval" }, "yes", "value", "approve, change, respond or ignore"],
    ["an approval for a value", { form: "text" }, "yes", "approve", "takes a value"],
    ["an empty response", { form: "approval" }, " ", "respond", "needs words"],
  ])("is not %s", (_, question, value, kind, message) => {
    expect(kept(question, value, kind)).toContain(message);
  });
});

test.each<[Partial<AskedQuestion>, boolean]>([
  [{ form: "choice" }, true],
  [{ form: "choice", choices: ["a"] }, false],
  [{ form: "correction" }, true],
  [{ form: "correction", proposed: null }, false],
  [{ key: "" }, true],
  [{}, false],
])("what nobody could answer is not asked: %j", (question, isProblem) => {
  expect(problemOfAsked(asked(question)) !== null).toBe(isProblem);
});
