/** Whether an answer is one to its question, and a question one that can be answered. Pure. */
import type { AskedQuestion } from "../telemetry/facts.ts";
import { assertNever } from "../util/assert-never.ts";
import { type JsonValue, jsonEqual } from "../util/json.ts";
import type { NewAnswer } from "./question.ts";

/** Longer texts are refused: they belong into a file or a cell. */
export const MAX_ANSWER_CHARACTERS = 100_000;
const MAX_COMMENT_CHARACTERS = 10_000;
/** A bigger item travels by content (`blobs`). */
export const MAX_ASKED_CHARACTERS = 4_000_000;

export type CheckedAnswer =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly message: string };

/** The value as it is kept: choices in the order of the form, numbers as numbers. */
export function checkAnswer(
  asked: AskedQuestion,
  { kind, value, comment }: Pick<NewAnswer, "kind" | "value" | "comment">,
): CheckedAnswer {
  if ((comment ?? "").length > MAX_COMMENT_CHARACTERS)
    return bad(`A reason has at most ${MAX_COMMENT_CHARACTERS} characters.`);
  if (JSON.stringify(value).length > MAX_ANSWER_CHARACTERS)
    return bad(`An answer has at most ${MAX_ANSWER_CHARACTERS} characters.`);
  if (asked.form === "approval") return ofApproval(asked, kind, value);
  if (kind !== "value") return bad(`This question takes a value; “${kind}” is for approvals.`);
  switch (asked.form) {
    case "choice": {
      const chosen = (asked.choices ?? []).find((choice) => jsonEqual(choice, value));
      return chosen === undefined ? bad(`Choose one of ${listed(asked.choices)}.`) : good(chosen);
    }
    case "choices":
      return ofChoices(asked, value);
    case "text":
      return typeof value === "string" ? good(value) : bad("This question takes text.");
    case "number":
      return ofNumber(asked, value);
    case "correction":
      return sameKind(asked.proposed, value);
    default:
      return assertNever(asked.form);
  }
}

function ofApproval(asked: AskedQuestion, kind: NewAnswer["kind"], value: JsonValue): CheckedAnswer {
  switch (kind) {
    case "approve":
      return good(asked.proposed ?? true);
    case "change":
      return value === null
        ? bad("Changing it needs the value to go on with.")
        : sameKind(asked.proposed, value);
    case "respond":
      return typeof value === "string" && value.trim() !== "" ? good(value) : bad("A response needs words.");
    case "ignore":
      return good(null);
    case "value":
    case "default":
      return bad("An approval is answered by approve, change, respond or ignore.");
    default:
      return assertNever(kind);
  }
}

function ofChoices(asked: AskedQuestion, value: JsonValue): CheckedAnswer {
  const choices = asked.choices ?? [];
  if (!Array.isArray(value) || !value.every((one) => choices.some((choice) => jsonEqual(choice, one))))
    return bad(`Choose any of ${listed(choices)}.`);
  return good(choices.filter((choice) => value.some((one) => jsonEqual(choice, one))));
}

function ofNumber({ min, max }: AskedQuestion, value: JsonValue): CheckedAnswer {
  if (typeof value !== "number" || !Number.isFinite(value)) return bad("This question takes a number.");
  if (min !== undefined && value < min) return bad(`The number has to be at least ${min}.`);
  if (max !== undefined && value > max) return bad(`The number may be ${max} at most.`);
  return good(value);
}

/** A pipeline that proposes a number goes on with a number. */
function sameKind(proposed: JsonValue | undefined, value: JsonValue): CheckedAnswer {
  if (proposed === undefined || proposed === null || kindOf(proposed) === kindOf(value)) return good(value);
  return bad(`What is proposed is ${kindOf(proposed)}, and so has to be what stands in its place.`);
}

export function kindOf(value: JsonValue): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return { string: "text", number: "a number", boolean: "true or false" }[typeof value as "string"] ?? "text";
}

/** Why nobody could answer this; null: somebody can. */
export function problemOfAsked(asked: AskedQuestion): string | null {
  const { form, choices, key } = asked;
  if (key === "" || key.length > 500) return "The key of a question has 1 to 500 characters.";
  if ((form === "choice" || form === "choices") && (choices ?? []).length === 0)
    return "A question to choose from needs choices.";
  if (form === "correction" && asked.proposed === undefined)
    return "A correction needs the value that is proposed.";
  if (JSON.stringify(asked).length > MAX_ASKED_CHARACTERS)
    return `A question with its item has at most ${MAX_ASKED_CHARACTERS} characters; bigger items go by their content.`;
  return null;
}

const listed = (choices: readonly JsonValue[] = []): string => {
  const shown = choices.slice(0, 12).map((choice) => JSON.stringify(choice));
  return shown.join(", ") + (choices.length > shown.length ? ", …" : "");
};
const good = (value: JsonValue): CheckedAnswer => ({ ok: true, value });
const bad = (message: string): CheckedAnswer => ({ ok: false, message });
