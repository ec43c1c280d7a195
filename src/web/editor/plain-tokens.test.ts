import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenise } from "./plain-tokens.ts";

test("keywords, strings, numbers and comments of a language without a grammar", () => {
  expect(tokenise('if (x > 1) "a" # why', "R")).toEqual([
    { text: "if", className: "tok-keyword" },
    { text: " (x > ", className: "" },
    { text: "1", className: "tok-number" },
    { text: ") ", className: "" },
    { text: '"a"', className: "tok-string" },
    { text: " ", className: "" },
    { text: "# why", className: "tok-comment" },
  ]);
});

test("no character is lost, whatever the code", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("r", "bash", "scala", "unheard-of"), (code, language) => {
      expect(
        tokenise(code, language)
          .map((token) => token.text)
          .join(""),
      ).toBe(code);
    }),
  );
});
