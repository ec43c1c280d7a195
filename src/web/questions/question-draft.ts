/** What somebody is entering, and what it is as an answer. Pure. */
import { checkAnswer } from "../../review/check-answer.ts";
import type { NewAnswer, Question } from "../../review/question.ts";
import { type JsonValue, jsonEqual } from "../../util/json.ts";

type Asked = Question["asked"];

/** Which field of an approval is open. */
export type DraftPart = "change" | "respond" | null;

export interface Draft {
  /** Of text, numbers, corrections, changes and responses; null: nothing was entered. */
  readonly text: string | null;
  readonly chosen: readonly JsonValue[];
  readonly part: DraftPart;
  readonly comment: string;
}

export const EMPTY_DRAFT: Draft = { text: null, chosen: [], part: null, comment: "" };

/** Whether something would be lost. */
export function isTouched({ text, chosen, comment }: Draft): boolean {
  return text !== null || chosen.length > 0 || comment !== "";
}

export type Given = Pick<NewAnswer, "kind" | "value" | "comment">;
export type Ready =
  | { readonly ok: true; readonly given: Given }
  | { readonly ok: false; readonly problem: string };

/** A value as one edits it: text as it is, everything else as JSON. */
export function editableText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The field's text: what was entered, else what is proposed. */
export function fieldText(asked: Asked, { text, part }: Draft): string {
  if (text !== null) return text;
  return asked.form === "correction" || part === "change" ? editableText(asked.proposed) : "";
}

export function toggleChoice(asked: Asked, draft: Draft, choice: JsonValue): Draft {
  const has = draft.chosen.some((one) => jsonEqual(one, choice));
  const chosen = has ? draft.chosen.filter((one) => !jsonEqual(one, choice)) : [...draft.chosen, choice];
  return {
    ...draft,
    chosen: (asked.choices ?? []).filter((one) => chosen.some((two) => jsonEqual(one, two))),
  };
}

/** What the field holds, as an answer that can be sent, or what is wrong with it. */
export function readyAnswer(asked: Asked, draft: Draft): Ready {
  const text = fieldText(asked, draft);
  switch (asked.form) {
    case "choices":
      return checked(asked, "value", [...draft.chosen], draft);
    case "text":
      return text.trim() === "" ? problem("Enter an answer.") : checked(asked, "value", text, draft);
    case "number":
      return numberOf(asked, text, draft);
    case "correction":
      return valueOfText(asked, "value", text, draft);
    case "approval":
      if (draft.part === "respond") return checked(asked, "respond", text, draft);
      return valueOfText(asked, "change", text, draft);
    case "choice":
      return problem("Choose one.");
  }
}

/** For buttons and keys that are a whole answer. */
export function givenBy(asked: Asked, kind: NewAnswer["kind"], value: JsonValue, draft: Draft): Ready {
  return checked(asked, kind, value, draft);
}

function numberOf(asked: Asked, text: string, draft: Draft): Ready {
  const typed = text.trim().replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
  if (typed === "" || !Number.isFinite(Number(typed))) return problem("Enter a number.");
  return checked(asked, "value", Number(typed), draft);
}

function valueOfText(asked: Asked, kind: "value" | "change", text: string, draft: Draft): Ready {
  const { proposed } = asked;
  if (typeof proposed === "string") return checked(asked, kind, text, draft);
  try {
    return checked(asked, kind, JSON.parse(text) as JsonValue, draft);
  } catch {
    // Where nothing says what it has to be, words are text.
    if (proposed === undefined || proposed === null)
      return text.trim() === ""
        ? problem("Enter the value to go on with.")
        : checked(asked, kind, text, draft);
    return problem("This is no JSON value. Text stands in double quotes.");
  }
}

function checked(asked: Asked, kind: NewAnswer["kind"], value: JsonValue, draft: Draft): Ready {
  const comment = draft.comment.trim() === "" ? null : draft.comment.trim();
  const result = checkAnswer(asked, { kind, value, comment });
  return result.ok ? { ok: true, given: { kind, value: result.value, comment } } : problem(result.message);
}

const problem = (text: string): Ready => ({ ok: false, problem: text });
