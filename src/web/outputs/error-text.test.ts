import { expect, test } from "vitest";
import { errorText } from "./error-text.ts";

const ESC = "\u001b";

test("IPython's frame around a traceback says nothing twice", () => {
  expect(
    errorText({
      ename: "KeyError",
      evalue: "'lr'",
      traceback: [
        `${ESC}[31m---------------------------------------------------------------------------${ESC}[39m`,
        `${ESC}[31mKeyError${ESC}[39m                                  Traceback (most recent call last)`,
        "Cell In[1], line 1",
        `${ESC}[31mKeyError${ESC}[39m: 'lr'`,
      ],
    }),
  ).toEqual({ title: "KeyError: 'lr'", body: "Cell In[1], line 1" });
});

test("a message of several lines keeps them in the body", () => {
  const text = errorText({ ename: "E", evalue: "one\ntwo", traceback: ["where", "E: one", "two"] });
  expect(text).toEqual({ title: "E: one", body: "where\nE: one\ntwo" });
});

test("other kernels' tracebacks stay as they are", () => {
  expect(errorText({ ename: "Error", evalue: "", traceback: [] })).toEqual({ title: "Error", body: "" });
  expect(errorText({ ename: "Error", evalue: "x", traceback: ["at line 3"] }).body).toBe("at line 3");
});
