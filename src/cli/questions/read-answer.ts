/** An answer as it is typed in a terminal: by the words of the form, or as JSON. Pure. */
import { checkAnswer } from "../../review/check-answer.ts";
import type { NewAnswer, Question } from "../../review/question.ts";
import { valueText } from "../../review/question-text.ts";
import { LoopbookError } from "../../util/errors.ts";
import type { JsonValue } from "../../util/json.ts";

/**
 * Choices by their text or number (`#2`); several with commas. Of approvals: `approve`, `ignore`, `change VALUE`,
 * `respond WORDS`.
 * @throws LoopbookError `bad-answer`.
 */
export function readAnswer(
  asked: Question["asked"],
  text: string,
  reason: string | null,
): Pick<NewAnswer, "kind" | "value" | "comment"> {
  const typed = typedAnswer(asked, text);
  const checked = checkAnswer(asked, { ...typed, comment: reason });
  if (checked.ok) return { kind: typed.kind, value: checked.value, comment: reason };
  throw new LoopbookError("bad-answer", checked.message, { exitCode: 2 });
}

function typedAnswer(asked: Question["asked"], text: string): Pick<NewAnswer, "kind" | "value"> {
  switch (asked.form) {
    case "choice":
      return { kind: "value", value: choiceOf(asked, text) };
    case "choices": {
      const parts = text.split(",").map((part) => part.trim());
      return {
        kind: "value",
        value: parts.filter((part) => part !== "").map((part) => choiceOf(asked, part)),
      };
    }
    case "number":
      return { kind: "value", value: text.trim() === "" ? text : Number(text) };
    case "text":
      return { kind: "value", value: text };
    case "correction":
      return { kind: "value", value: typedValue(asked, text) };
    case "approval": {
      const [, word = "", rest = ""] = /^\s*(\w+)\s?([\s\S]*)$/.exec(text) ?? [];
      if (word === "approve" || word === "ignore") return { kind: word, value: null };
      if (word === "change") return { kind: word, value: typedValue(asked, rest) };
      if (word === "respond") return { kind: word, value: rest };
      throw new LoopbookError(
        "bad-answer",
        "An approval is answered by `approve`, `ignore`, `change VALUE` or `respond WORDS`.",
        { exitCode: 2 },
      );
    }
  }
}

function choiceOf({ choices = [] }: Question["asked"], text: string): JsonValue {
  const number = /^#(\d+)$/.exec(text.trim());
  if (number) return choices[Number(number[1]) - 1] ?? text;
  const wanted = text.trim().toLowerCase();
  return choices.find((choice) => valueText(choice).toLowerCase() === wanted) ?? text;
}

/** Text where text is proposed; else JSON, and where nothing says what it has to be, words as they are. */
function typedValue({ proposed }: Question["asked"], text: string): JsonValue {
  if (typeof proposed === "string") return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
