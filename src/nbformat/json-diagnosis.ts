/**
 * Says in words why a text is not JSON, and where. Only for texts that `JSON.parse` has refused: it is strict
 * about everything but Python's `NaN` and `Infinity`, which Jupyter's own files sometimes hold.
 */

export interface JsonFault {
  /** A clause that goes on from "…is not valid JSON: ". */
  readonly reason: string;
  readonly offset: number;
  /** The text ended too early. */
  readonly isCutOff: boolean;
}

type Expectation = "value" | "first-key" | "key" | "colon" | "comma-or-end" | "first-item" | "done";

const WORDS = ["true", "false", "null", "NaN", "Infinity", "-Infinity"];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The fault, or undefined when the text is JSON but for `NaN` and `Infinity`. */
export function findJsonFault(text: string, start: number): JsonFault | undefined {
  const open: ("{" | "[")[] = [];
  let at = start;
  let expected: Expectation = "value";

  const take = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex - at : 0;
  };
  const fault = (reason: string, offset = at): JsonFault => ({ reason, offset, isCutOff: false });
  const cutOff = (reason: string): JsonFault => ({ reason, offset: text.length, isCutOff: true });
  const afterValue = (): Expectation => (open.length === 0 ? "done" : "comma-or-end");

  const readString = (): JsonFault | undefined => {
    const opening = at;
    at += 1;
    for (;;) {
      while (isPlain(text.charCodeAt(at))) at += 1;
      if (at >= text.length) return cutOff("it ends in the middle of a string");
      const character = text[at];
      if (character === '"') {
        at += 1;
        return undefined;
      }
      if (character !== "\\")
        return character === "\n" || character === "\r"
          ? fault("a string is not closed at the end of its line", opening)
          : fault("a string holds a control character that is not escaped");
      const length = take(ESCAPE);
      if (length === 0) {
        if (text.length - at < 6) return cutOff("it ends in the middle of a string");
        return fault(
          `a string holds the unknown escape ${JSON.stringify(text.slice(at, at + 2)).slice(1, -1)}`,
        );
      }
      at += length;
    }
  };

  for (;;) {
    at += take(SPACE);
    const character = text[at];
    if (character === undefined) {
      if (expected === "done") return undefined;
      return cutOff(`it ends before ${open.at(-1) === "[" ? "a list" : "an object"} is closed`);
    }
    switch (expected) {
      case "done":
        return fault(`something follows after its end, ${quoted(text, at)}`);
      case "colon":
        if (character !== ":") return fault(`a colon is missing before ${quoted(text, at)}`);
        at += 1;
        expected = "value";
        continue;
      case "comma-or-end": {
        const closing = open.at(-1) === "{" ? "}" : "]";
        if (character === closing) {
          at += 1;
          open.pop();
          expected = afterValue();
        } else if (character === ",") {
          at += 1;
          expected = open.at(-1) === "{" ? "key" : "value";
        } else return fault(`a comma or ${closing} is missing before ${quoted(text, at)}`);
        continue;
      }
      case "first-key":
      case "key": {
        if (character === "}" && expected === "first-key") {
          at += 1;
          open.pop();
          expected = afterValue();
          continue;
        }
        if (character !== '"')
          return character === "}"
            ? fault("a comma stands before the end of an object")
            : fault(`a name in double quotes is missing before ${quoted(text, at)}`);
        const broken = readString();
        if (broken !== undefined) return broken;
        expected = "colon";
        continue;
      }
      case "first-item":
      case "value":
        if (character === '"') {
          const broken = readString();
          if (broken !== undefined) return broken;
          expected = afterValue();
        } else if (character === "{" || character === "[") {
          open.push(character);
          at += 1;
          expected = character === "{" ? "first-key" : "first-item";
        } else if (character === "]" && expected === "first-item") {
          at += 1;
          open.pop();
          expected = afterValue();
        } else if (character === "]" && open.at(-1) === "[") {
          return fault("a comma stands before the end of a list");
        } else {
          const word = WORDS.find((candidate) => text.startsWith(candidate, at));
          const length = word?.length ?? take(NUMBER);
          if (length === 0) {
            const rest = text.slice(at);
            if (WORDS.some((candidate) => candidate.startsWith(rest)))
              return cutOff("it ends inside a value");
            return fault(`a value is missing before ${quoted(text, at)}`);
          }
          at += length;
          expected = afterValue();
        }
        continue;
    }
  }
}

/** Whether a character may stand in a string as it is; not for the end of the text (NaN). */
function isPlain(code: number): boolean {
  return code >= 32 && code !== 34 && code !== 92;
}

/** The next few characters, to recognise the place by. */
function quoted(text: string, at: number): string {
  const rest = text.slice(at, at + 20).split(/[\r\n]/)[0] ?? "";
  return `"${rest}"`;
}

/** The number of the line, from 1, that holds `offset`. */
export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
